// Judging: a mark for each criterion with two keystrokes, its proof, a reason; and corrections of
// the conversation. What is marked is kept here until it is saved, whatever the server sends.

const drafts = new Map();  // by call and mode: criterion -> { kind, reason, evidence }
const savedLast = new Map();

function review(data, verdicts, talk, wave, send) {
  const wishes = data.review;
  if (!wishes) return { element: null, key: () => false, fail: () => {} };
  const name = `${data.call_id} ${wishes.mode}`;
  if (savedLast.get(name) !== wishes.saved) drafts.delete(name);
  savedLast.set(name, wishes.saved);
  if (!drafts.has(name)) drafts.set(name, new Map());
  const marks = drafts.get(name);
  const closed = (criterion) => wishes.mode === "dispute" && criterion.id in wishes.spoken;
  for (const criterion of data.criteria) if (closed(criterion)) marks.delete(criterion.id);
  for (const [id, said] of Object.entries(wishes.spoken)) {
    verdicts.article(id)?.append(el("p", { class: "spoken", "data-testid": "spoken" }, said));
  }
  const items = data.criteria.filter((criterion) => !closed(criterion)).map((criterion) => markable(criterion));
  let active = -1;
  let picked = null;  // { turn, first, last, text } or { start_s, end_s }

  const hint = el("span", { class: "hint" }, 
    [t("J and K: criterion"), ...wishes.kinds.map((kind) => `${kind.key}: ${kind.label}`)].join(" · "));
  const proof = el("span", { class: "picked" });
  const say = el("span", { class: "say", role: "alert" });
  const save = el("button", { class: "save", type: "button", "data-testid": "save-review", onclick: submit });
  const bar = el("section", { class: "panel review-bar", "data-testid": "review-bar", "data-mode": wishes.mode },
    hint, proof, say, save);
  if (wishes.corrects) {
    talk.list.prepend(swapButton());
    for (const bubble of talk.list.querySelectorAll(".bubble")) bubble.querySelector(".who").replaceWith(roleChoice(Number(bubble.dataset.turn)));
  }
  talk.onPick = wishes.evidence ? pick : null;
  wave.onStretch = wishes.evidence ? pick : null;
  items.forEach((item) => item.show());
  showPicked();
  showSave();

  function markable(criterion) {
    const article = verdicts.article(criterion.id);
    const buttons = wishes.kinds.map((kind) => el("button", {
      type: "button", class: `choice is-${kind.id}`, "data-kind": kind.id, title: `${kind.label} (${kind.key})`,
      onclick: () => { choose(criterion.id); set(kind.id); },
    }, el("i", { "aria-hidden": "true" }, kind.icon), kind.label));
    const why = el("input", { class: "why", type: "text", "data-testid": "why", "aria-label": t("Why: {criterion}", { criterion: criterion.title }), placeholder: wishes.why });
    why.addEventListener("input", () => { mark().reason = why.value; });
    const proofs = el("div", { class: "proofs" });
    const row = el("div", { class: "marks", role: "group", "aria-label": criterion.title }, ...buttons);
    article.append(row, why, proofs);
    article.addEventListener("click", () => choose(criterion.id));
    const mark = () => marks.get(criterion.id);
    return {
      id: criterion.id, title: criterion.title, article, why,
      show() {
        const given = mark();
        for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.kind === given?.kind));
        why.hidden = !given;
        if (given && why.value !== given.reason) why.value = given.reason;
        proofs.replaceChildren(...(given?.evidence ?? []).map((piece, at) => el("span", { class: "proof", "data-testid": "proof" },
          piece.text ?? `${clock(piece.start_s)}–${clock(piece.end_s)}`,
          el("button", { type: "button", "aria-label": t("Remove"), onclick: () => { given.evidence.splice(at, 1); this.show(); } }, "×"))));
      },
    };
  }
  function choose(id) {
    active = items.findIndex((item) => item.id === id);
    items.forEach((item, at) => item.article.classList.toggle("active", at === active));
    showPicked();
  }
  function move(step) {
    if (!items.length) return;
    const next = active < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(active + step, 0), items.length - 1);
    choose(items[next].id);
    bringIntoView(verdicts.list, items[next].article);
  }
  function set(kind) {
    const item = items[active];
    const given = marks.get(item.id);
    if (given?.kind === kind) marks.delete(item.id);
    else marks.set(item.id, { kind, reason: given?.reason ?? "", evidence: given?.evidence ?? [] });
    tell("");  // what was lacking may be there now
    item.show();
    showSave();
  }
  function pick(selection) {
    picked = selection;
    wave.show(selection?.start_s ?? null, selection?.end_s);
    showPicked();
  }
  function prove() {
    const item = items[active];
    const given = item && marks.get(item.id);
    if (!given) return tell(t("First choose a criterion and mark it, then its proof."));
    given.evidence.push(picked);
    pick(null);
    talk.unpick();
    item.show();
  }
  function showPicked() {
    if (!picked) return proof.replaceChildren();
    const words = picked.text !== undefined;
    const said = words ? el("q", {}, picked.text) : `${clock(picked.start_s)}–${clock(picked.end_s)}`;
    const parts = [said, el("button", { type: "button", class: "quiet", "data-testid": "prove", onclick: prove }, t("Use as proof (E)"))];
    if (words && wishes.corrects) parts.push(el("button", { type: "button", class: "quiet", "data-testid": "reword", onclick: reword }, t("Correct the words")));
    proof.replaceChildren(...parts);
  }
  function reword() {
    const { turn, first, last, text } = picked;
    ask(t("What was said instead of “{text}”", { text }), text, (now, reason) => send("correct", { turn, first, last, text: now, reason }));
  }
  function ask(label, value, done) {
    const input = el("input", { type: "text", value, "aria-label": label, "data-testid": "new-words" });
    const reason = el("input", { type: "text", placeholder: t("Why (optional)"), "aria-label": t("Why") });
    const go = () => { if (input.value.trim()) { done(input.value, reason.value); pick(null); } };
    for (const field of [input, reason]) field.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
    proof.replaceChildren(input, reason, el("button", { type: "button", class: "quiet", "data-testid": "correct", onclick: go }, t("Correct")));
    input.focus();
  }
  function roleChoice(turn) {
    const choice = el("select", { class: "who whose", "aria-label": t("Whose turn it is"), "data-testid": "whose" },
      ...Object.entries(wishes.roles).map(([role, label]) => el("option", { value: role }, label)));
    choice.value = data.turns[turn].role;
    choice.addEventListener("change", () => send("correct", { turn, role: choice.value }));
    return choice;
  }
  function swapButton() {
    return el("button", { class: "quiet swap", type: "button", "data-testid": "swap", onclick: () => send("correct", { swap: true }) },
      t("Swap the two speakers everywhere"));
  }
  function submit() {
    const missing = wishes.all ? items.filter((item) => !marks.has(item.id)) : [];
    if (missing.length) return tell(t("Criteria left to judge: {n}", { n: missing.length }), missing[0].id);
    if (!marks.size) return tell(t("Nothing is marked yet."));
    const silent = [...marks].find(([id, given]) => needsReason(id, given) && !given.reason.trim());
    if (silent) return tell(t("Write why: the others read it."), silent[0], true);
    tell(t("Saving …"));
    send("review", {
      seen: wishes.seen,
      marks: [...marks].map(([criterion, given]) => ({ criterion, ...given })),
    });
  }
  function needsReason(id, given) {
    const expected = data.criteria.find((item) => item.id === id)?.expected ?? given.kind;
    return wishes.reason_for === "changes" ? given.kind !== expected : wishes.reason_for.includes(given.kind);
  }
  function tell(text, id = null, write = false) {
    say.textContent = text;
    if (id === null) return;
    choose(id);
    bringIntoView(verdicts.list, items[active].article);
    if (write) items[active].why.focus();
  }
  function showSave() {
    const done = wishes.all ? t("{n} of {total}", { n: marks.size, total: items.length }) : marks.size;
    save.textContent = `${wishes.save} (${done})`;
    save.disabled = marks.size === 0;
  }
  return {
    element: bar,
    key(event) {
      if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
      else if (event.key === "e" && picked) prove();
      else {
        const kind = wishes.kinds.find((item) => item.key === event.key);
        if (!kind || active < 0) return false;
        set(kind.id);
      }
      return true;
    },
    submit,
    fail: (why) => tell(why),
  };
}
