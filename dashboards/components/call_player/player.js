// The player: holds the position, and keeps waveform, conversation, criteria and address in step.

const SPEEDS = [1, 1.25, 1.5, 2];
const STEP_S = 5;
const PLAY = "▶\uFE0E";  // as text: some phones would draw an emoji
const players = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".player");
  const { start_s, failed, ...shown } = component.data;
  const signature = JSON.stringify(shown);
  const running = players.get(root);
  if (running?.signature !== signature) {
    running?.destroy();
    players.set(root, { signature, ...start(root, component.data, component.setTriggerValue) });
  } else if (start_s !== null && start_s !== secondInAddress()) {
    running.seek(start_s);
  }
  if (failed) players.get(root).fail(failed);
  // Streamlit may clean up just to run this again at once; only a removed player is at its end.
  return () => setTimeout(() => {
    if (root.isConnected) return;
    players.get(root)?.destroy();
    players.delete(root);
  });
}

function start(root, data, send) {
  ({ texts, language } = data);
  const audio = el("audio", { preload: "metadata" });
  let position = 0;
  let frame = 0;

  const wave = waveform(data, audio, (second) => seek(second));
  const talk = conversation(data, seek);
  const verdicts = criteria(data, playEvidence);
  const judging = review(data, verdicts, talk, wave, send);
  const controls = controlBar(data, audio, { toggle, seek, position: () => position });
  root.replaceChildren(
    el("section", { class: "panel sound" }, wave.element, controls.element),
    el("div", { class: "columns" }, talk.element, verdicts.element),
    ...(judging.element ? [judging.element] : []));
  wave.draw();

  function moved(second) {
    position = Math.min(Math.max(second, 0), data.duration_s);
    root.dataset.positionS = position.toFixed(2);
    controls.show(position);
    talk.follow(position, !audio.paused);
  }
  function seek(second, play = false) {
    const target = Math.min(Math.max(second, 0), data.duration_s);
    if (data.audio_url) audio.currentTime = target;
    wave.moveTo(target);
    moved(target);
    keepInAddress(data.call_id, target);
    if (play) playNow();
  }
  function playNow() {
    if (data.audio_url) audio.play().catch((error) => controls.say(t("Can't play: {reason}", { reason: error.message })));
  }
  function toggle() {
    if (audio.paused) playNow();
    else audio.pause();
  }
  function playEvidence(evidence, button) {
    verdicts.choose(button);
    talk.quote(evidence);
    wave.show(evidence.start_s, evidence.end_s);
    seek(evidence.start_s, true);
  }
  function tick() {
    moved(audio.currentTime);
    frame = requestAnimationFrame(tick);
  }
  const listen = {
    play: () => { root.dataset.playing = "true"; controls.playing(true); cancelAnimationFrame(frame); tick(); },
    pause: () => {
      root.dataset.playing = "false";
      controls.playing(false);
      cancelAnimationFrame(frame);
      moved(audio.currentTime);
      keepInAddress(data.call_id, position);
    },
    error: () => { if (data.audio_url) controls.say("The sound can't be loaded. Reload the page."); },
  };
  for (const [name, handler] of Object.entries(listen)) audio.addEventListener(name, handler);
  // The server forgets a recording that no page shows: ask it for nothing more once we leave.
  const leave = () => {
    if (new URLSearchParams(location.search).get("call") !== data.call_id) release();
  };
  function release() {
    audio.pause();
    audio.removeAttribute("src");
    audio.load();
  }
  window.addEventListener("popstate", leave);
  const keys = (event) => onKey(event, toggle, (step) => seek(position + step), judging);
  document.addEventListener("keydown", keys);

  root.dataset.playing = "false";
  moved(0);
  if (data.start_s !== null) arrive(data, seek, talk, wave);
  return {
    seek,
    fail: judging.fail,
    destroy() {
      document.removeEventListener("keydown", keys);
      window.removeEventListener("popstate", leave);
      cancelAnimationFrame(frame);
      for (const [name, handler] of Object.entries(listen)) audio.removeEventListener(name, handler);
      release();
      wave.destroy();
    },
  };
}

// A link led here: go to its second, and mark the piece of evidence that starts there, if any.
function arrive(data, seek, talk, wave) {
  seek(data.start_s);
  const evidence = data.criteria.flatMap((item) => item.evidence)
    .find((item) => item.quote && Math.abs(item.start_s - data.start_s) < 0.06);
  if (!talk.quote(evidence)) talk.showSecond(data.start_s);
  wave.show(evidence ? evidence.start_s : null, evidence?.end_s);
}

function controlBar(data, audio, act) {
  const icon = el("span", { "aria-hidden": "true" }, PLAY);
  const toggle = el("button", { class: "main", type: "button", "data-testid": "play", "aria-label": t("Play"), onclick: act.toggle }, icon);
  const time = el("span", { class: "clock", "data-testid": "clock" });
  const status = el("span", { class: "status", role: "status" });
  const copy = el("button", { class: "quiet", type: "button", "data-testid": "copy-link", "aria-label": t("Copy link to this second"), onclick: copyLink },
    el("span", { class: "wide" }, t("Copy link to this second")), el("span", { class: "narrow" }, t("Copy link")));
  const jump = (step, label, text) => el("button", { class: "quiet", type: "button", "aria-label": label, onclick: () => act.seek(act.position() + step) }, text);
  const speeds = SPEEDS.map((speed) => el("button", {
    type: "button", "data-speed": speed, "aria-pressed": String(speed === 1), onclick: () => setSpeed(speed),
  }, `${speed.toLocaleString(language)}×`));

  function setSpeed(chosen) {  // where only the current speed is shown, it leads to the next
    const again = chosen === audio.playbackRate;
    const speed = again ? SPEEDS[(SPEEDS.indexOf(chosen) + 1) % SPEEDS.length] : chosen;
    audio.playbackRate = speed;
    for (const button of speeds) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed));
  }
  async function copyLink() {
    keepInAddress(data.call_id, act.position());
    say((await toClipboard(location.href)) ? t("Link copied") : t("Copy the address of this page"));
  }
  function say(text) {
    status.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { status.textContent = ""; }, 4000);
  }

  const sound = data.audio_url
    ? [toggle, jump(-STEP_S, t("Back 5 seconds"), t("−5 s")), jump(STEP_S, t("Forward 5 seconds"), t("+5 s")), time,
      el("span", { class: "speeds", role: "group", "aria-label": t("Speed") }, ...speeds)]
    : [time, el("span", { class: "silent", "data-testid": "no-audio" },
      t("No sound: the playable copy of this recording is missing. “{command}” makes it again.", { command: "auricle run" }))];
  return {
    element: el("div", { class: "controls" }, ...sound, status, copy),
    say,
    show(second) { time.textContent = `${clock(second)} / ${clock(data.duration_s)}`; },
    playing(on) {
      icon.textContent = on ? "❚❚" : PLAY;
      toggle.setAttribute("aria-label", on ? t("Pause") : t("Play"));
    },
  };
}

// Space and arrows work wherever the focus is, except where somebody types.
function onKey(event, toggle, step, judging) {
  const at = event.composedPath()[0];
  if (event.key === "Enter" && event.ctrlKey && judging.element) return judging.submit();
  const typing = at.isContentEditable || at.closest?.("input, textarea, select, [role=combobox], [role=slider]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = { " ": toggle, ArrowLeft: () => step(-STEP_S), ArrowRight: () => step(STEP_S) }[event.key];
  if (action) action();
  else if (!judging.key(event)) return;
  event.preventDefault();
}

function secondInAddress() {
  const text = new URLSearchParams(location.search).get("t");
  return text === null ? null : Number(text);
}

function keepInAddress(callId, second) {
  const address = new URL(location.href);
  if (address.searchParams.get("call") !== callId) return;
  address.searchParams.set("t", second.toFixed(1));
  history.replaceState(history.state, "", address);
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {  // not over plain HTTP from another machine
    return false;
  }
}
