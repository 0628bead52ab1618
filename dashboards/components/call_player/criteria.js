// The criteria: verdict, points, reason, and the evidence, each piece one click from its second.

function criteria(data, play) {
  const items = data.criteria.map((criterion) => criterionItem(criterion, play));
  const nothing = el("p", { class: "nothing" }, data.scored
    ? "The rubric has no criterion for this call."
    : "Not scored yet. “auricle run” goes on where it stopped.");
  const list = el("div", { class: "list" }, ...(items.length ? items : [nothing]));
  const element = el("section", { class: "panel criteria", "data-testid": "criteria", "aria-label": "Criteria" }, list);
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
  const points = criterion.points === null ? "–" : `${trim(criterion.points)}`;
  const worth = criterion.max_points > 0 ? ` / ${trim(criterion.max_points)}` : "";
  return el("article", { class: `criterion is-${criterion.verdict}`, "data-testid": "criterion", "data-criterion": criterion.id },
    el("header", {},
      el("span", { class: `badge is-${criterion.verdict}` }, el("i", { "aria-hidden": "true" }, criterion.icon), criterion.label),
      el("h3", { title: criterion.description || null }, criterion.title),
      criterion.critical ? el("span", { class: "critical" }, "critical") : null,
      el("span", { class: "points" }, criterion.max_points > 0 ? points + worth : "outcome")),
    criterion.reason ? el("p", { class: "reason" }, criterion.reason) : null,
    criterion.note ? el("p", { class: "said-by", "data-testid": "said-by" }, criterion.note) : null,
    ...criterion.evidence.map((evidence) => evidenceItem(evidence, play)),
    criterion.machine ? overruled(criterion.machine, play) : null,
    criterion.verdict === "not_applicable" || criterion.by_person || criterion.confidence === null ? null
      : el("p", { class: "confidence", title: "How sure the program is of this verdict" },
        el("span", { class: "meter" }, el("i", { style: `width:${100 * criterion.confidence}%` })),
        `${Math.round(100 * criterion.confidence)} % sure`));
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
    "data-start-s": evidence.start_s, title: `Play from ${clock(evidence.start_s)}`,
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
    const unit = evidence.unit ? ` ${evidence.unit}` : "";
    text.append(el("b", {}, `${evidence.measure_label ?? "Measured"}: ${trim(evidence.value)}${unit}`));
    if (evidence.source) text.append(el("small", {}, evidence.source_label));
  } else if (evidence.kind === "stretch") {
    text.append(el("b", {}, `Listen to ${clock(evidence.start_s)}–${clock(evidence.end_s)}`));
  } else {
    text.append(el("b", {}, "Not found"));
  }
  if (note) text.append(note);
  return [text];
}

function trim(number) {
  return number === null ? "–" : String(Math.round(number * 10) / 10);
}
