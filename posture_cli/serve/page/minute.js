// The last minute of the camera as a strip, and a gentle alert about hunching. Nothing is kept.

const byId = (id) => document.getElementById(id);
const SHOWN_S = 60;
const SVG = "http://www.w3.org/2000/svg";

/** What the camera showed: looks of the last minute, and how long somebody has been hunching. */
export class Minute {
  #looks = []; // {at, posture}, seconds
  #hunched = 0;
  #over = 0; // seconds that they have not been hunching since
  #told = false;

  /** @param {object} words What the server says at /page/words.json. */
  constructor({ alert, postures }) {
    this.alert = alert;
    this.postures = Object.keys(postures);
    byId("after").value ||= alert.after_s;
  }

  /** Take one look; returns what to tell now, if anything. */
  take(at, posture) {
    const before = this.#looks.at(-1);
    const lasted = before ? at - before.at : 0;
    if (before && lasted <= this.alert.gap_s) this.#count(before.posture, lasted);
    this.#looks.push({ at, posture });
    this.#looks = this.#looks.filter((look) => look.at > at - SHOWN_S - this.alert.gap_s);
    const after = Number(byId("after").value) || this.alert.after_s;
    if (posture !== "hunching" || this.#told || this.#hunched < after) return "";
    this.#told = true;
    return this.alert.text.replace("{}", lastedText(this.#hunched));
  }

  /** Whether the hunching that was told about is over. */
  get isOver() {
    return !this.#told;
  }

  /** Show the last minute. */
  draw(now) {
    const parts = this.#parts(now);
    byId("strip").replaceChildren(...parts.map(({ from, to, posture }) => stripe(from - now + SHOWN_S, to - from, posture)));
    const times = new Map(this.postures.map((posture) => [posture, 0])); // always in their order
    for (const { from, to, posture } of parts) times.set(posture, times.get(posture) + to - from);
    const lasted = [...times].filter(([, seconds]) => seconds > 0);
    const texts = lasted.map(([posture, seconds]) => [posture, `${posture} ${Math.round(seconds)} s`]);
    byId("strip").setAttribute("aria-label", texts.map(([, text]) => text).join(", ") || "Nothing yet");
    byId("times").replaceChildren(...texts.map(([posture, text]) => Object.assign(document.createElement("li"), { className: posture, textContent: text })));
  }

  /** As the alarm of `posture watch` counts: what is unknown moves no timer. */
  #count(posture, lasted) {
    if (posture === "hunching") {
      this.#hunched += lasted;
      this.#over = 0;
    } else if (posture !== "unknown") {
      this.#over += lasted;
    }
    const after = Number(byId("after").value) || this.alert.after_s;
    if (this.#over >= Math.min(this.alert.over_s, after)) {
      [this.#hunched, this.#over, this.#told] = [0, 0, false];
    }
  }

  #parts(now) {
    const parts = [];
    this.#looks.forEach(({ at, posture }, number) => {
      const to = Math.min(this.#looks[number + 1]?.at ?? now, at + this.alert.gap_s);
      const from = Math.max(at, now - SHOWN_S);
      const before = parts.at(-1);
      if (before?.posture === posture && before.to === from) before.to = to;
      else if (to > from) parts.push({ from, to, posture });
    });
    return parts;
  }
}

function lastedText(seconds) {
  const whole = Math.floor(seconds);
  return whole === 1 ? "1 second" : `${whole} seconds`;
}

function stripe(x, width, posture) {
  const part = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, width, y: 0, height: 4, class: posture })) part.setAttribute(name, value);
  return part;
}
