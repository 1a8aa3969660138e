// Draws what was found over a picture, in the style of the annotated pictures of `posture check`.

import { arcs, caption, seen, spine, torsoOf, toward } from "./arcs.js";
import { outlineOf, places } from "./placing.js";

let before = []; // where the cards were; in a film they stay if they can

/**
 * Draw everybody.
 *
 * @param {HTMLCanvasElement} canvas Lies over the picture; has its shape.
 * @param {object} form The answer, `posture/1`.
 * @param {object} words What the server says at /page/words.json.
 */
export function draw(canvas, form, words) {
  const box = canvas.getBoundingClientRect();
  const scale = Math.min(box.width / form.width, box.height / form.height);
  if (!scale) return;
  const dense = window.devicePixelRatio || 1;
  const size = [form.width * scale, form.height * scale];
  canvas.width = Math.round(size[0] * dense);
  canvas.height = Math.round(size[1] * dense);
  const pen = canvas.getContext("2d");
  pen.scale(dense, dense);
  pen.lineCap = "round";
  pen.lineJoin = "round";
  const people = form.people.map((person) => scaled(person, scale));
  for (const person of [...people].reverse()) drawPerson(pen, person, size, words); // the subject last
  drawCards(pen, people, size, words);
}

const scaled = (person, scale) => ({
  ...person,
  bbox_xyxy: person.bbox_xyxy.map((value) => value * scale),
  keypoints: person.keypoints.map((point) => ({ ...point, x: point.x * scale, y: point.y * scale })),
});

function drawPerson(pen, person, size, words) {
  const { drawing } = words;
  const usual = Math.max(Math.sqrt(size[0] * size[1]) * drawing.line_share, drawing.least_line_px);
  const thick = Math.max(1, Math.min(usual, drawing.thin * torsoOf(person, words)));
  const colour = drawing.labels[person.label];
  drawBox(pen, outlineOf(person, words).body, thick, size, drawing.box);
  drawLimbs(pen, person, thick, words);
  const shown = arcs(person, words).filter(({ radius }) => radius >= 4 * thick);
  for (const arc of shown) drawSector(pen, arc, colour, thick, drawing);
  const line = spine(person, words);
  stroke(pen, line, 3.2 * thick, "#000");
  if (drawing.warns.includes(person.label)) pen.setLineDash([4 * thick, 6 * thick]);
  stroke(pen, line, 2.4 * thick, colour);
  pen.setLineDash([]);
  for (const arc of shown) rimmed(pen, edge(arc), thick, colour);
}

function drawBox(pen, [x1, y1, x2, y2], thick, [wide, high], colour) {
  const [left, top] = [Math.max(x1, 0), Math.max(y1, 0)];
  const rectangle = [left, top, Math.min(x2, wide) - left, Math.min(y2, high) - top];
  for (const [width, style] of [[1.6 * thick, "#000"], [thick, colour]]) {
    pen.lineWidth = width;
    pen.strokeStyle = style;
    pen.strokeRect(...rectangle);
  }
}

function drawLimbs(pen, person, thick, words) {
  const places = seen(person, words);
  const aside = ["profile", "three_quarter"].includes(person.view);
  const isFar = (name) => aside && name.startsWith(person.side === "left" ? "right" : "left");
  const limbs = words.skeleton.filter((limb) => limb.every((name) => places.has(name)));
  for (const [more, style] of [[0.7 * thick, "#000"], [0, words.drawing.limb]]) {
    for (const limb of limbs) stroke(pen, limb.map((name) => places.get(name)), (limb.some(isFar) ? 0.5 : 1) * thick + more, style);
    for (const [name, place] of places) disc(pen, place, (isFar(name) ? 1 : 1.5) * thick + more / 2, style);
  }
}

function drawSector(pen, arc, colour, thick, { shade, reach }) {
  pen.fillStyle = colour;
  pen.globalAlpha = shade;
  path(pen, [arc.centre, ...edge(arc)]);
  pen.fill();
  pen.globalAlpha = 1;
  if (!arc.fromLimb) {
    pen.setLineDash([4 * thick, 5 * thick]);
    rimmed(pen, [arc.centre, toward(arc.centre, reach * arc.radius, arc.start)], thick / 2, "#fff");
    pen.setLineDash([]);
  }
  if (arc.limit !== null) rimmed(pen, [arc.centre, toward(arc.centre, reach * arc.radius, arc.limit)], thick / 2, "#fff");
}

function edge({ centre, radius, start, end }) {
  const steps = 1 + Math.round(Math.abs(end - start) / 3);
  return Array.from({ length: steps + 1 }, (_, step) => toward(centre, radius, start + ((end - start) * step) / steps));
}

function rimmed(pen, line, width, colour) {
  stroke(pen, line, width + 1.5, "#000");
  stroke(pen, line, width, colour);
}

function stroke(pen, line, width, colour) {
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  path(pen, line);
  pen.stroke();
}

function disc(pen, [x, y], radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

function path(pen, [first, ...rest]) {
  pen.beginPath();
  if (first) pen.moveTo(...first);
  for (const place of rest) pen.lineTo(...place);
}

/** Draw a card with label, figure and what decided beside each person. */
function drawCards(pen, people, size, words) {
  const { drawing } = words;
  const usual = Math.min(Math.sqrt(size[0] * size[1]) * drawing.font_share, drawing.most_share * Math.min(...size));
  const font = Math.max(drawing.least_font_px, usual);
  pen.textBaseline = "top";
  const cards = people.map((person) => {
    const lines = caption(person, words);
    const forms = [[lines, font], [lines.slice(0, 1), font], [lines.slice(0, 1), drawing.smaller * font]];
    return forms.map(([some, px]) => measured(pen, person.label, some, px, drawing));
  });
  const wishes = people.map((person, row) => ({ ...outlineOf(person, words), forms: cards[row].map((card) => card.size), before: before[row] }));
  const found = places(wishes, size.map(Math.floor), font / 2, drawing.costs);
  before = found.map((place) => place?.box);
  found.forEach((place, row) => place && drawCard(pen, cards[row][place.form], place.box, people[row].label, drawing));
}

function measured(pen, label, [title, ...rest], font, { figures, title: larger }) {
  const rows = [[title, `600 ${larger * font}px system-ui, sans-serif`, 1.25 * larger * font], ...rest.map((text) => [text, `${font}px system-ui, sans-serif`, 1.25 * font])];
  const room = 0.4 * font;
  const height = Math.ceil(rows.reduce((sum, [, , high]) => sum + high, 2 * room));
  const tile = figures[label].length ? Math.min(height, 2.6 * font) : room;
  const widths = rows.map(([text, style]) => {
    pen.font = style;
    return pen.measureText(text).width;
  });
  return { rows, room, tile, size: [Math.ceil(tile + Math.max(...widths) + 3 * room), height] };
}

function drawCard(pen, { rows, room, tile, size: [width, height] }, [x, y], label, { labels, warns, figures, dark, opacity }) {
  const filled = warns.includes(label);
  pen.globalAlpha = filled ? 1 : opacity;
  pen.fillStyle = filled ? labels[label] : dark;
  pen.fillRect(x, y, width, height);
  pen.globalAlpha = 1;
  pen.fillStyle = labels[label];
  pen.fillRect(x, y, tile, height);
  if (filled) {
    pen.lineWidth = room / 3;
    pen.strokeStyle = dark;
    pen.strokeRect(x + room / 6, y + room / 6, width - room / 3, height - room / 3);
  }
  drawFigure(pen, figures[label], Math.min(height, tile) - room, [x + tile / 2, y + height / 2], dark);
  pen.fillStyle = filled ? dark : "#fff";
  let top = y + room;
  for (const [text, style, high] of rows) {
    pen.font = style;
    pen.fillText(text, x + tile + room, top);
    top += high;
  }
}

function drawFigure(pen, figure, side, [x, y], colour) {
  if (!figure.length) return;
  const [head, ...body] = figure.map(([across, down]) => [x + (across - 0.5) * side, y + (down - 0.5) * side]);
  disc(pen, head, 0.13 * side, colour);
  stroke(pen, body, 0.15 * side, colour);
}
