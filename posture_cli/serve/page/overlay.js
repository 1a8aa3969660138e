// Draws what was found over a picture, in the style of the annotated pictures of `posture check`.

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
  const size = { width: form.width * scale, height: form.height * scale };
  canvas.width = Math.round(size.width * dense);
  canvas.height = Math.round(size.height * dense);
  const pen = canvas.getContext("2d");
  pen.scale(dense, dense);
  pen.lineCap = "round";
  const thick = Math.max(2, Math.min(size.width, size.height) / 240);
  const subjectLast = [...form.people].reverse();
  for (const person of subjectLast) {
    drawBox(pen, person.bbox_xyxy, scale, thick, words.drawing.box);
    drawSkeleton(pen, person, scale, thick, words);
  }
  for (const person of subjectLast) drawCaption(pen, person, scale, size, words);
}

/** The label with its share, then the angles that were measured. */
export function caption(person, words) {
  const angles = words.drawing.angles.filter((name) => person.angles_deg[name] !== null);
  return [title(person, words), ...angles.map((name) => `${name} ${number(person.angles_deg[name], "deg", words)}`)];
}

export function number(value, unit, words, extra = 0) {
  const digits = extra + (unit === "deg" || unit === "px" ? 0 : 2);
  return (Number(value.toFixed(digits)) + 0).toFixed(digits) + words.units[unit];
}

/** Never 100 %: nothing here is certain. */
export const percent = (share) => `${Math.round(100 * Math.min(share, 0.99))}%`;

function title(person, words) {
  if (person.label === "unknown") return `unknown: ${person.reasons[0].code.replaceAll("_", " ")}`;
  return `${person.label} ${percent(person.confidence)}`;
}

function drawBox(pen, [x1, y1, x2, y2], scale, thick, colour) {
  const rectangle = [x1, y1, x2 - x1, y2 - y1].map((length) => length * scale);
  for (const [width, style] of [[thick + 2, "#000"], [thick, colour]]) {
    pen.lineWidth = width;
    pen.strokeStyle = style;
    pen.strokeRect(...rectangle);
  }
}

function drawSkeleton(pen, person, scale, thick, words) {
  const seen = person.keypoints.filter((point) => point.score >= words.visible);
  const places = new Map(seen.map((point) => [point.name, [point.x * scale, point.y * scale]]));
  const colourOf = (name) => words.drawing[name.split("_")[0]] ?? words.drawing.middle;
  const limbs = words.skeleton.filter((limb) => limb.every((name) => places.has(name)));
  for (const [one, other] of limbs) line(pen, places.get(one), places.get(other), thick + 2, "#000");
  for (const [one, other] of limbs) {
    const colour = colourOf(one) === colourOf(other) ? colourOf(one) : words.drawing.middle;
    line(pen, places.get(one), places.get(other), thick, colour);
  }
  for (const [name, place] of places) {
    disc(pen, place, 2 * thick, "#000");
    disc(pen, place, 2 * thick - 1, colourOf(name));
  }
}

function line(pen, from, to, width, colour) {
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}

function disc(pen, [x, y], radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

/** Draw a dark plate above the person, or below: not on the face. Its stripe has the colour of the label. */
function drawCaption(pen, person, scale, size, words) {
  const font = Math.max(words.drawing.least_font_px, Math.min(size.width, size.height) / 26);
  pen.font = `${font}px system-ui, sans-serif`;
  pen.textBaseline = "top";
  const lines = wrapped(caption(person, words), pen, size.width - font);
  const room = font / 3;
  const high = 1.25 * font;
  const width = Math.max(...lines.map((text) => pen.measureText(text).width)) + 3 * room;
  const height = lines.length * high + 2 * room;
  const [x1, y1, , y2] = person.bbox_xyxy.map((length) => length * scale);
  const left = Math.max(0, Math.min(x1, size.width - width));
  const top = y1 >= height ? y1 - height : Math.max(0, Math.min(y2, size.height - height));
  pen.fillStyle = "rgb(0 0 0 / 75%)";
  pen.fillRect(left, top, width, height);
  pen.fillStyle = words.drawing.labels[person.label];
  pen.fillRect(left, top, room, height);
  pen.fillStyle = "#fff";
  lines.forEach((text, row) => pen.fillText(text, left + 2 * room, top + room + row * high));
}

function wrapped([first, ...rest], pen, most) {
  const lines = [];
  for (const part of rest) {
    const longer = lines.length ? `${lines.at(-1)}  ${part}` : part;
    if (lines.length && pen.measureText(longer).width <= most) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return [first, ...lines];
}
