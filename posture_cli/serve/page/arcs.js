// What decided on a person, as words and as arcs. The same as core/deciding.py and core/arcs.py.

export function number(value, unit, words, extra = 0) {
  const digits = extra + (unit === "deg" || unit === "px" ? 0 : 2);
  return (Number(value.toFixed(digits)) + 0).toFixed(digits) + words.units[unit];
}

/** Never 100 %: nothing here is certain. */
export const percent = (share) => `${Math.round(100 * Math.min(share, 0.99))}%`;

/** The label, then the angles that decided, or why there is none. */
export function caption(person, words) {
  const [first, ...others] = person.reasons;
  const angles = decided(person, words).filter(isAngle).map((reason) => angle(reason, words));
  if (person.label === "unknown") return ["unknown", named(first), ...angles];
  const title = `${person.label} ${percent(person.confidence)}`;
  if (first.code.startsWith("seen_")) return [title, ...others.slice(0, 1).map((other) => `network: ${named(other)}`)];
  return [title, ...(angles.length ? angles : [named(first)])];
}

/** The angles to draw: {name, centre, radius, start, end, limit, fromLimb}, pixels and degrees clockwise from up. */
export function arcs(person, words) {
  const found = decided(person, words).filter(isAngle).flatMap((reason) => arcsOf(reason, person, words));
  return [...new Map(found.map((arc) => [arc.name, arc])).values()];
}

/** The line from the hips over the shoulders to the head. */
export function spine(person, words) {
  const points = seen(person, words);
  const middle = (part) => {
    const at = [`left_${part}`, `right_${part}`, part].map((name) => points.get(name)).filter(Boolean);
    return at.length ? half(at[0], at.at(-1)) : null;
  };
  return [middle("hip"), middle("shoulder"), middle("ear") ?? middle("nose")].filter(Boolean);
}

export const torsoOf = (person, words) => {
  const points = new Map(person.keypoints.filter(({ score }) => score > 0).map(({ name, x, y }) => [name, [x, y]]));
  const side = (name) => {
    const [one, other] = [points.get(`${name}_shoulder`), points.get(`${name}_hip`)];
    return one && other ? Math.hypot(one[0] - other[0], one[1] - other[1]) : 0;
  };
  const [x1, y1, x2, y2] = person.bbox_xyxy;
  return Math.max(1, (x2 - x1) / words.drawing.lengths, (y2 - y1) / words.drawing.lengths, side("left"), side("right"));
};

/** Name -> place of the joints that were found. */
export const seen = (person, words) =>
  new Map(person.keypoints.filter(({ score }) => score >= words.visible).map(({ name, x, y }) => [name, [x, y]]));

export function toward([x, y], length, degrees) {
  const angle = (degrees * Math.PI) / 180;
  return [x + length * Math.sin(angle), y - length * Math.cos(angle)];
}

const named = ({ code }) => code.replaceAll("_", " ");
const plain = (quantity) => quantity.replace(/_(deg|px)$/, "").replaceAll("_", " ");
const isAngle = ({ measured, unit }) => measured !== null && unit === "deg";
const half = ([ax, ay], [bx, by]) => [(ax + bx) / 2, (ay + by) / 2];
const wrap = (degrees) => 180 - (((180 - degrees) % 360) + 360) % 360;
const direction = ([ax, ay], [bx, by]) => (Math.atan2(bx - ax, ay - by) * 180) / Math.PI;

function decided({ hunching, label, reasons }, { drawing }) {
  const hunched = hunching && label !== "unknown" && !drawing.stances.includes(label);
  return hunched ? reasons.filter(({ code }) => !drawing.stance_codes.includes(code)) : reasons;
}

function angle({ code, measured, limit, unit }, words) {
  const quantity = words.drawing.quantities[code] ?? code;
  const parts = words.drawing.parts[quantity] ?? [];
  const name = parts.length === 1 ? plain(parts[0]) : plain(quantity);
  if (limit === null) return `${name} ${number(measured, unit, words)}`;
  const same = number(measured, unit, words) === number(limit, unit, words);
  return `${name} ${number(measured, unit, words, same ? 1 : 0)} ${measured < limit ? "<" : ">"} ${number(limit, unit, words)}`;
}

function arcsOf({ code, measured, limit }, person, words) {
  const names = words.drawing.parts[words.drawing.quantities[code]] ?? [];
  const found = [];
  let left = limit;
  for (const name of names) {
    const value = names.length === 1 ? measured : person.angles_deg[name];
    if (value === null) return found;
    const arc = arcOf(name, value, name === names.at(-1) ? left : null, person, words);
    if (arc) found.push(arc);
    left = left === null ? null : left - value;
  }
  return found;
}

function arcOf(name, value, limit, person, words) {
  const shape = words.drawing.shapes[name];
  const ways = { right: [1], left: [-1] }[person.facing] ?? [1, -1];
  const tried = placesOf(shape.joints, person, words).flatMap((points) => ways.map((ahead) => drawn(shape, points, ahead, words)));
  if (!tried.length) return null;
  const off = ({ value: one }) => Math.min(Math.abs(one - value), 1 + Math.abs(Math.abs(one) - Math.abs(value)));
  const best = tried.reduce((one, other) => (off(other) < off(one) ? other : one));
  const end = best.start + best.sign * best.value;
  const turned = best.value * value >= 0 ? limit : -limit;
  return {
    name, centre: best.centre, radius: shape.radius * torsoOf(person, words), start: best.start, end,
    limit: limit === null ? null : best.start + best.sign * turned, fromLimb: shape.start === "limb",
  };
}

function drawn(shape, points, ahead, { drawing }) {
  const [centre, last] = points.slice(-2);
  const up = drawing.roll_deg;
  const start = { up, ahead: up + 90 * ahead }[shape.start] ?? direction(centre, points[0]);
  const turn = wrap(direction(centre, last) - start);
  const sign = shape.start === "limb" ? Math.sign(turn) || 1 : ahead;
  return { centre, start, sign, value: sign * turn };
}

/** Where these joints are: near side, far side, and in the middle of both. */
function placesOf(names, person, words) {
  const points = seen(person, words);
  const far = person.side === "left" ? "right" : "left";
  const at = (side, name) => points.get(name === "nose" ? name : `${side}_${name}`);
  if (names.includes("far_knee")) {
    const [knee, hip, otherKnee, otherHip] = [at(person.side, "knee"), at(person.side, "hip"), at(far, "knee"), at(far, "hip")];
    if (![knee, hip, otherKnee, otherHip].every(Boolean)) return [];
    return [[knee, hip, [otherKnee[0] + hip[0] - otherHip[0], otherKnee[1] + hip[1] - otherHip[1]]]];
  }
  const found = [person.side, far].map((side) => names.map((name) => at(side, name))).filter((side) => side.every(Boolean));
  return found.length === 2 ? [...found, found[0].map((one, row) => half(one, found[1][row]))] : found;
}
