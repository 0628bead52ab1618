// The waveform: a lane a role, played parts in full colour.

const LANE_PX = { administrator: 44, patient: 44, unknown: 30, ivr: 30, line: 24 };
const NARROW_PX = 560;  // as in player.css

function waveform(data, audio, seek) {
  const canvas = el("div", { class: "canvas" });
  const mark = el("div", { class: "mark", hidden: "" });
  const names = data.lanes.map((lane) =>
    el("span", { class: `lane-name role-${lane.role}`, style: `height:${LANE_PX[lane.role]}px` }, lane.label));
  const board = el("div", { class: "board" }, mark, canvas);
  // Its colour glides when light turns to dark, and the end of that is the only event there is.
  const scheme = el("i", { class: "scheme", ontransitionend: () => surfer?.setOptions(colours()) });
  const element = el("div", { class: "waveform", "data-testid": "waveform" },
    ...lineLane(data, seek), el("div", { class: "lane-names" }, ...names), board, scheme);

  let surfer = null;
  selectStretch(board, data, (stretch) => lane.onStretch?.(stretch));
  const colours = () => ({
    cursorColor: colourOf(element, "var(--au-text)"),
    splitChannels: data.lanes.map((lane) => laneStyle(element, lane)),
  });
  const lane = {
    element,
    onStretch: null,  // called with the stretch that somebody drags over while Shift is down
    draw() {  // needs the element in the page, for its width and its colours
      surfer?.destroy();
      surfer = WaveSurfer.create({
        container: canvas,
        media: audio,
        url: data.audio_url ?? undefined,
        peaks: data.lanes.length ? data.lanes.map((lane) => lane.peaks) : [[0, 0]],
        duration: data.duration_s,
        height: 1,
        barWidth: 2, barGap: 1, barRadius: 2, barMinHeight: 1,
        cursorWidth: 2,
        dragToSeek: true,
        hideScrollbar: true,
        ...colours(),
      });
      surfer.on("interaction", seek);
    },
    moveTo(second) {
      surfer.setTime(second);
    },
    show(start_s, end_s) {
      mark.hidden = start_s === null;
      if (start_s !== null) place(mark, start_s, Math.max(end_s ?? 0, start_s + 0.5), data);
    },
    destroy: () => surfer?.destroy(),
  };
  return lane;
}

function selectStretch(board, data, done) {
  const secondAt = (event) => {
    const box = board.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * data.duration_s;
  };
  board.addEventListener("pointerdown", (down) => {
    if (!down.shiftKey) return;
    down.preventDefault();
    down.stopPropagation();  // else the sound would follow
    const from = secondAt(down);
    document.addEventListener("pointerup", (up) => {
      const [start_s, end_s] = [from, secondAt(up)].sort((a, b) => a - b);
      if (end_s - start_s >= 0.2) done({ start_s, end_s });
    }, { once: true });
  }, { capture: true });
}

// Both colours are opaque: wavesurfer.js lays the played one over the other with its transparency.
function laneStyle(element, lane) {
  const colour = `var(--au-lane-${lane.role})`;
  return {
    height: LANE_PX[lane.role] * (element.clientWidth < NARROW_PX ? 0.7 : 1),
    waveColor: colourOf(element, `color-mix(in srgb, ${colour} 42%, var(--au-card))`),
    progressColor: colourOf(element, colour),
  };
}

// A canvas needs a plain colour, and only the browser can tell what light-dark() comes to here.
function colourOf(element, css) {
  const probe = el("i", { style: `color:${css}` });
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function place(element, start_s, end_s, data) {
  element.style.left = `${(100 * start_s) / data.duration_s}%`;
  element.style.width = `${(100 * (Math.min(end_s, data.duration_s) - start_s)) / data.duration_s}%`;
}
