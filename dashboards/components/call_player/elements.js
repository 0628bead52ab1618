// Small helpers of the call player. Text only ever enters the page as text, never as HTML.

let texts = {};  // English -> the reader's language
let language = "en";

// A text of the player in the reader's language, its {placeholders} filled in.
function t(text, values = {}) {
  return (texts[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), String(whole % 60).padStart(2, "0")];
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

// A number as the reader's language writes it.
function figure(number, decimals = 0) {
  return number.toLocaleString(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
