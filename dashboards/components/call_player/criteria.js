// The criteria: verdict, points, reason, and the evidence, each piece one click from its second.

function criteria(data, play) {
  const items = data.criteria.map((criterion) => criterionItem(criterion, play));
  const nothing = el("p", { class: "nothing" }, data.scored
    ? t("The rubric has no criterion for this call.")
    : t("Not scored yet. “{command}” goes on where it stopped.", { command: "auricle run" }));
  const list = el("div", { class: "list" }, ...(items.length ? items : [nothing]));
  const element = el("section", { class: "panel criteria", "data-testid": "criteria", "aria-label": t("Criteria") }, list);
  return {
    element,
    list,
    article: (id) => items[data.criteria.findIndex((criterion) => criterion.id === id)],
    choose(button) {
      for (const other of element.querySelectorAll(".evidence.chosen")) other.classList.remove("chosen");
      button?.classList.add("chosen");
    },
  };
}

function criterionItem(criterion, play) {
  if (criterion.verdict === null) return unjudged(criterion);
  return el("article", { class: `criterion is-${criterion.verdict}`, "data-testid": "criterion", "data-criterion": criterion.id },
    el("header", {},
      el("span", { class: `badge is-${criterion.verdict}` }, el("i", { "aria-hidden": "true" }, criterion.icon), criterion.label),
      el("h3", { title: criterion.description || null }, criterion.title),
      criterion.critical ? el("span", { class: "critical" }, t("critical")) : null,
      el("span", { class: "points" }, criterion.points_label)),
    criterion.reason ? el("p", { class: "reason" }, criterion.reason) : null,
    criterion.note ? el("p", { class: "said-by", "data-testid": "said-by" }, criterion.note) : null,
    ...criterion.evidence.map((evidence) => evidenceItem(evidence, play)),
    criterion.machine ? overruled(criterion.machine, play) : null,
    criterion.verdict === "not_applicable" || criterion.by_person || criterion.confidence === null ? null
      : el("p", { class: "confidence", title: t("How sure the program is of this verdict") },
        el("span", { class: "meter" }, el("i", { style: `width:${100 * criterion.confidence}%` })),
        t("{n} % sure", { n: figure(100 * criterion.confidence) })));
}

// What the machine says where a person says otherwise: for whoever wants to know.
function overruled(machine, play) {
  return el("details", { class: "overruled", "data-testid": "overruled" },
    el("summary", {}, machine.title),
    machine.reason ? el("p", { class: "reason" }, machine.reason) : null,
    ...machine.evidence.map((evidence) => evidenceItem(evidence, play)));
}

// To be judged by somebody who isn't told what others think.
function unjudged(criterion) {
  return el("article", { class: "criterion", "data-testid": "criterion", "data-criterion": criterion.id },
    el("header", {}, el("h3", {}, criterion.title)),
    criterion.description ? el("p", { class: "reason" }, criterion.description) : null);
}

function evidenceItem(evidence, play) {
  const body = evidenceBody(evidence);
  if (evidence.start_s === null) return el("div", { class: "evidence still", "data-testid": "evidence" }, ...body);
  const button = el("button", {
    class: "evidence", type: "button", "data-testid": "evidence", "data-kind": evidence.kind,
    "data-start-s": evidence.start_s, title: t("Play from {at}", { at: clock(evidence.start_s) }),
    onclick: () => play(evidence, button),
  }, el("span", { class: "at" }, "▶\uFE0E ", clock(evidence.start_s)), ...body);
  return button;
}

function evidenceBody(evidence) {
  const note = evidence.note ? el("small", {}, evidence.note) : null;
  const text = el("span", { class: "what" });
  if (evidence.kind === "quote") {
    text.append(el("q", {}, evidence.quote ?? ""));
    if (evidence.role_label) text.append(el("small", { class: `role-${evidence.role}` }, evidence.role_label));
  } else if (evidence.kind === "measure") {
    text.append(el("b", {}, t("{what}: {value}", { what: evidence.measure_label ?? t("Measured"), value: evidence.value_label })));
    if (evidence.source) text.append(el("small", {}, evidence.source_label));
  } else if (evidence.kind === "stretch") {
    text.append(el("b", {}, t("Listen to {span}", { span: `${clock(evidence.start_s)}–${clock(evidence.end_s)}` })));
  } else {
    text.append(el("b", {}, t("Not found")));
  }
  if (note) text.append(note);
  return [text];
}
