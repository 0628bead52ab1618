// What the line carried, above the waveform: thin rows of segments, the answer, and a legend.

function lineLane(data, seek) {
  if (!data.line.length) return [];
  const rows = data.line.map((row) => el("div", { class: "line-row", "data-row": row.label },
    ...row.segments.map((item) => segmentOf(item, row, data, seek))));
  const names = data.line.map((row) => el("span", { class: "line-name" }, row.label));
  const lane = el("div", { class: "line-lane", "data-testid": "line" }, ...rows);
  if (data.answered_at_s !== null) {
    const answer = el("i", { class: "answer", "data-testid": "answer", title: t("Answered at {at}", { at: clock(data.answered_at_s) }) });
    answer.style.left = `${(100 * data.answered_at_s) / data.duration_s}%`;
    lane.append(answer);
  }
  return [el("div", { class: "line-names", "aria-hidden": "true" }, ...names), el("div", { class: "line" }, lane, legend(data))];
}

function segmentOf(item, row, data, seek) {
  const length = t("{n} s", { n: figure(item.end_s - item.start_s, 1) });
  const what = row.whole ? item.label : `${item.label}, ${row.label}`;
  const told = `${what}: ${clock(item.start_s)}–${clock(item.end_s)}, ${length} (${item.origin})`;
  const element = el("i", { class: `segment kind-${item.kind}`, "data-kind": item.kind, title: told, onclick: () => seek(item.start_s) });
  place(element, item.start_s, item.end_s, data);
  return element;
}

// Only the kinds that this call has.
function legend(data) {
  const labels = new Map(data.line.flatMap((row) => row.segments).map((item) => [item.kind, item.label]));
  const items = [...labels].map(([kind, label]) => el("li", {}, el("i", { class: `segment kind-${kind}` }), label));
  if (data.answered_at_s !== null) items.push(el("li", {}, el("i", { class: "answer" }), t("Answered")));
  return el("ul", { class: "line-legend", "data-testid": "line-legend" }, ...items);
}
