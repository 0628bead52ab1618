// The conversation: a bubble a turn, a click on a word seeks, the word being said is marked.

const DOUBTFUL = 0.6;  // words recognised with less confidence are underlined

function conversation(data, seek) {
  const words = [];
  const bubbles = data.turns.map((turn, index) => bubble(turn, index, words, seek));
  const list = el("div", { class: "turns", tabindex: "-1" }, ...merged(bubbles, data));
  const element = el("section", { class: "panel conversation", "data-testid": "conversation", "aria-label": t("Conversation") },
    list.childElementCount ? list : silence(data));
  words.sort((a, b) => a.start_s - b.start_s);

  let current = null;
  const picking = pickWords(words, list, (selection) => player.onPick?.(selection));
  const player = {
    element,
    list,
    onPick: null,  // called with the words that somebody selects
    unpick: picking.clear,
    follow(second, playing) {
      const word = lastBefore(words, second);
      const said = word && second <= Math.max(word.end_s, word.start_s + 0.1) + 0.25 ? word : null;
      if (said === current) return;
      current?.element.classList.remove("current");
      said?.element.classList.add("current");
      if (said && playing && said.bubble !== current?.bubble) bringIntoView(list, said.bubble);
      current = said;
    },
    showSecond(second) {
      const turn = data.turns.findLastIndex((item) => item.start_s <= second + 0.05);
      if (turn >= 0) bringIntoView(list, bubbles[turn]);
    },
    quote(evidence) {  // marks the words of a piece of evidence, and says whether it found any
      for (const word of words) word.element.classList.remove("quoted");
      const found = quotedWords(words.filter((word) => word.turn === evidence?.turn), evidence);
      for (const word of found) word.element.classList.add("quoted");
      if (found.length) bringIntoView(list, found[0].bubble);
      else if (evidence?.start_s != null) this.showSecond(evidence.start_s);
      return found.length > 0;
    },
  };
  return player;
}

// Words of a turn are selected by dragging over them, or by a click and a click with Shift.
function pickWords(words, list, done) {
  const byElement = new Map(words.map((word) => [word.element, word]));
  let first = null;
  const clear = () => { for (const word of words) word.element.classList.remove("picked"); };
  const extend = (to) => {
    clear();
    if (!first || to.turn !== first.turn) return null;
    const run = words.filter((word) => word.turn === first.turn)
      .filter((word) => word.index >= Math.min(first.index, to.index) && word.index <= Math.max(first.index, to.index))
      .sort((a, b) => a.index - b.index);
    for (const word of run) word.element.classList.add("picked");
    return { turn: first.turn, first: run[0].index, last: run.at(-1).index, start_s: run[0].start_s, end_s: run.at(-1).end_s,
      text: run.map((word) => word.text).join(" ") };
  };
  list.addEventListener("pointerdown", (event) => {
    const word = byElement.get(event.target);
    if (word && !(event.shiftKey && first)) first = word;
  });
  list.addEventListener("pointerover", (event) => {
    const word = byElement.get(event.target);
    if (word && first && event.buttons === 1) extend(word);
  });
  list.addEventListener("pointerup", (event) => {
    const word = byElement.get(event.target);
    const selection = word && extend(word);
    if (selection) done(selection);
  });
  return { clear };
}

function bubble(turn, index, words, seek) {
  const text = el("p", {});
  const doubt = turn.confidence < DOUBTFUL ? el("em", { class: "doubt" }, t("hard to hear")) : null;
  const element = el("article", { class: `bubble role-${turn.role}`, "data-testid": "turn", "data-turn": index },
    el("header", {},
      el("span", { class: "who" }, turn.label),
      el("button", { class: "time", type: "button", title: t("Play from here"), onclick: () => seek(turn.start_s, true) }, clock(turn.start_s)),
      doubt),
    text);
  let place = 0;
  for (const [said, start_s, end_s, confidence, both] of turn.words) {
    const doubts = [];
    if (confidence < DOUBTFUL) doubts.push(t("recognised with {n} % confidence", { n: figure(100 * confidence) }));
    if (both) doubts.push(t("two people talk at once: it may be the other one's word"));
    const word = el("span", {
      class: `word${confidence < DOUBTFUL ? " doubtful" : ""}${both ? " both" : ""}`, "data-start-s": start_s,
      title: doubts.length ? `${clock(start_s)}, ${doubts.join("; ")}` : null,
      onclick: () => seek(start_s),
    }, said);
    words.push({ element: word, bubble: element, turn: index, index: place++, text: said, start_s, end_s });
    text.append(word, " ");
  }
  return element;
}

function length(segment) {
  return t("{n} s", { n: figure(segment.end_s - segment.start_s) });
}

// Between the bubbles, what the line carried meanwhile.
function merged(bubbles, data) {
  const events = data.events
    .filter((segment) => segment.end_s - segment.start_s >= 2)
    .map((segment) => ({
      start_s: segment.start_s,
      element: el("div", { class: "event" }, `${segment.label} · ${length(segment)}`),
    }));
  const turns = bubbles.map((element, index) => ({ start_s: data.turns[index].start_s, element }));
  return [...events, ...turns].sort((a, b) => a.start_s - b.start_s).map((item) => item.element);
}

function silence(data) {
  return el("p", { class: "nothing" }, data.transcribed
    ? t("Nobody spoke in this call.")
    : t("Not transcribed yet. “{command}” goes on where it stopped.", { command: "auricle run" }));
}

function lastBefore(words, second) {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle].start_s <= second + 0.02) low = middle + 1;
    else high = middle;
  }
  return words[low - 1] ?? null;
}

function quotedWords(words, evidence) {
  if (!evidence?.quote || !words.length) return [];
  const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  const wanted = evidence.quote.split(/\s+/).map(plain).filter(Boolean);
  const said = words.filter((word) => plain(word.text));
  const runs = said.map((_, at) => said.slice(at, at + wanted.length))
    .filter((run) => run.length === wanted.length && run.every((word, i) => plain(word.text) === wanted[i]));
  if (runs.length) {
    const distance = (run) => Math.abs(run[0].start_s - (evidence.start_s ?? 0));
    return runs.reduce((best, run) => (distance(run) < distance(best) ? run : best));
  }
  return words.filter((word) => word.start_s < evidence.end_s && word.end_s > evidence.start_s);
}

// Scrolls the panel, never the page.
function bringIntoView(list, element) {
  const offset = element.offsetTop - list.offsetTop;
  const visible = offset >= list.scrollTop && offset + element.offsetHeight <= list.scrollTop + list.clientHeight;
  if (!visible) list.scrollTo({ top: offset - list.clientHeight / 3, behavior: "smooth" });
}
