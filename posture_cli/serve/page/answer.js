// Says what was found: the verdict, why, and what to change.

import { number, percent } from "./arcs.js";

const byId = (id) => document.getElementById(id);
let announced = "";

/** The label of the subject, or the word for nobody. */
export const labelOf = (form, words) => form.people[0]?.label ?? words.nobody.label;

/** What the time counts as: the label, or nobody there. */
export const postureOf = (form, words) => form.people[0]?.label ?? words.nobody.posture;

/**
 * Show an answer.
 *
 * @param {object} form `posture/1`.
 * @param {object} words What the server says at /page/words.json.
 * @param {boolean} goesOn Whether more follow soon: then only a new label is announced.
 */
export function show(form, words, goesOn) {
  const person = form.people[0];
  byId("answer").className = `given ${postureOf(form, words)}`;
  byId("label").textContent = labelOf(form, words);
  byId("meaning").textContent = meaning(person, words);
  byId("details").hidden = false;
  const why = (person?.reasons ?? []).map((reason) => reasonOf(reason, words));
  fill("why", why.map(([text, numbers]) => item(text, numbers)));
  byId("why-title").hidden = !why.length;
  fill("advice", adviceFor(person, words).map((text) => item(text)));
  byId("todo").hidden = !byId("advice").children.length;
  fill("others", form.people.slice(1).map((one) => item(`${one.label}${share(one, words)}`)));
  byId("other").hidden = form.people.length < 2;
  byId("measured").hidden = !person;
  fill("angles", Object.entries(person?.angles_deg ?? {}).map(([name, value]) => angle(name, value, words)));
  announce(person, goesOn, why, words);
}

/** Show what may be answered. */
export function showLegend(words) {
  const rows = Object.entries(words.postures).filter(([name]) => name !== words.nobody.posture);
  fill("legend", rows.flatMap(([name, text]) => [
    Object.assign(document.createElement("dt"), { className: name, textContent: name }),
    Object.assign(document.createElement("dd"), { textContent: text }),
  ]));
}

/** Show that there is no answer. */
export function clear(title, text) {
  byId("answer").className = "";
  byId("label").textContent = title;
  byId("meaning").textContent = text;
  byId("details").hidden = true;
  byId("legend").hidden = true;
  announced = "";
}

function meaning(person, words) {
  if (!person) return words.postures[words.nobody.posture];
  const stance = person.label === "hunching" && person.stance !== "unknown" ? `${person.stance}, ` : "";
  return `${stance}${words.postures[person.label]}${share(person, words)}`;
}

/** The confidence, where there is one: published rules are always "certain". */
function share(person, words) {
  const none = person.label === "unknown" || person.confidence === words.certain;
  return none ? "" : `, ${percent(person.confidence)}\u00a0sure`;
}

/** A reason in words, and its number with the limit. */
function reasonOf({ code, measured, limit, unit }, words) {
  const text = words.reasons[code] ?? code.replaceAll("_", " ");
  if (measured === null) return [text, ""];
  if (code === "borderline" && limit !== null) return [text, `confidence ${percent(measured)} < ${percent(limit)}`];
  if (limit === null) return [text, number(measured, unit, words)];
  const same = number(measured, unit, words) === number(limit, unit, words);
  const sign = measured < limit ? "<" : ">";
  return [text, `${number(measured, unit, words, same ? 1 : 0)} ${sign} ${number(limit, unit, words)}`];
}

function adviceFor(person, words) {
  if (!person) return [words.nobody.advice];
  if (person.label !== "unknown" && person.hunching !== null) return []; // all is told
  return person.reasons.map((reason) => words.advice[reason.code]).filter(Boolean);
}

function announce(person, goesOn, why, words) {
  const label = person?.label ?? words.nobody.label;
  const text = goesOn ? label : [label, meaning(person, words), ...why.map(([said]) => said)].join(". ");
  if (text !== announced) byId("said").textContent = text;
  announced = text;
}

function item(text, numbers = "") {
  const row = document.createElement("li");
  row.append(text);
  if (numbers) {
    const small = document.createElement("b");
    small.textContent = ` ${numbers}`;
    row.append(small);
  }
  return row;
}

function angle(name, value, words) {
  const row = document.createElement("div");
  const [term, text] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = name;
  text.textContent = value === null ? "–" : number(value, "deg", words);
  row.append(term, text);
  return row;
}

const fill = (id, rows) => byId(id).replaceChildren(...rows);
