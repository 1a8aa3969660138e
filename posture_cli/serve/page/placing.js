// Where cards go: beside the people, and never over a head. The same as core/placing.py and core/body/outline.py.

import { seen, torsoOf } from "./arcs.js";

/** Boxes around head, trunk and every limb, around the head, and around all: [x1, y1, x2, y2]. */
export function outlineOf(person, words) {
  const { flesh } = words.drawing;
  const torso = torsoOf(person, words);
  const around = new Map();
  for (const [name, place] of seen(person, words)) {
    const room = flesh[name.split("_").at(-1)];
    if (room) around.set(name, disc(place, room * torso));
  }
  const limbs = words.skeleton.map((limb) => limb.map((name) => around.get(name)));
  const head = headOf(person, torso, words);
  const parts = [...limbs.filter((limb) => limb.every(Boolean)).map((limb) => union(...limb)), ...(head ? [head] : [])];
  return { parts, head, body: union(person.bbox_xyxy, ...around.values(), ...parts) };
}

function headOf(person, torso, { drawing: { head } }) {
  const found = new Map(
    person.keypoints.filter(({ name, score }) => score > 0 && /nose|eye|ear/.test(name)).map(({ name, x, y }) => [name, [x, y]]),
  );
  if (!found.size) return null;
  const ears = ["left_ear", "right_ear"].map((name) => found.get(name)).filter(Boolean);
  const of = ears.length ? ears : [...found.values()];
  const middle = [0, 1].map((axis) => of.reduce((sum, place) => sum + place[axis], 0) / of.length);
  const far = (place) => (place ? Math.hypot(place[0] - middle[0], place[1] - middle[1]) : 0);
  const across = ears.length > 1 ? Math.hypot(ears[0][0] - ears[1][0], ears[0][1] - ears[1][1]) : 0;
  const radius = Math.max(head.around_ear * far(found.get("nose")), head.across * across, head.least * torso);
  return union(disc(middle, radius), ...[...found.values()].map((place) => disc(place, head.room * torso)));
}

/**
 * A place for each card: {form, box}, or null if there is none.
 *
 * @param {object[]} wishes {forms: [[width, height]], body, parts, head, before}, the most important one first.
 */
export function places(wishes, size, gap, costs) {
  const bodies = wishes.flatMap(({ parts }) => parts);
  const taken = wishes.map(({ head }) => head).filter(Boolean);
  return wishes.map((wish) => {
    const place = placeOf(wish, size, gap, bodies, taken, costs);
    if (place) taken.push(place.box);
    return place;
  });
}

function placeOf(wish, size, gap, bodies, taken, costs) {
  let best = { cost: Infinity, place: null };
  for (const [form, [width, height]] of wish.forms.entries()) {
    const tried = boxesToTry(wish, [width, height], size, gap, taken, costs.grid).filter((box) => !sum(box, taken));
    for (const [row, box] of tried.entries()) {
      const over = sum(box, bodies) / (width * height);
      const stays = row === 0 && String(box) === String(wish.before);
      const rated = costs.body * over + costs.away * away(box, wish, size) + costs.shorter * form ** 2
        + costs.close * close(box, taken, size, gap) - (stays ? costs.stay : 0);
      const cost = Math.round(rated * 10 ** costs.digits);
      if (cost < best.cost) best = { cost, place: { form, box } };
    }
  }
  return best.place;
}

function boxesToTry({ body, head, before }, [width, height], [wide, high], gap, taken, grid) {
  if (width > wide || height > high) return [];
  const [bx1, by1, bx2, by2] = body.map((value, at) => Math.min(Math.max(value, 0), at % 2 ? high : wide));
  const grown = [...taken, ...taken.map(([x1, y1, x2, y2]) => [x1 - gap, y1 - gap, x2 + gap, y2 + gap])];
  const right = [0, gap, bx1, bx2 + gap, ...grown.map((box) => box[2])];
  const left = [wide - width - gap, bx1 - gap - width, bx2 - width, ...grown.map((box) => box[0] - width)];
  const down = [0, gap, head ? head[1] : by1, by2 + gap, ...grown.map((box) => box[3])];
  const up = [high - height - gap, by1 - gap - height, by2 - height, ...grown.map((box) => box[1] - height)];
  const across = whole(right, left, wide - width, grid);
  const boxes = whole(down, up, high - height, grid).flatMap((y) => across.map((x) => [x, y, x + width, y + height]));
  const fits = before && before[2] - before[0] === width && before[3] - before[1] === height && before[2] <= wide && before[3] <= high;
  return fits ? [before, ...boxes] : boxes;
}

/** Whole pixels from 0 to `most`: some rounded up, some down, and some in between. */
function whole(up, down, most, grid) {
  const between = Array.from({ length: grid }, (_, step) => Math.floor((step * most) / (grid - 1)));
  const all = [...up.map(Math.ceil), ...down.map(Math.floor), ...between].map((value) => Math.min(Math.max(value, 0), most));
  return [...new Set(all)].sort((one, other) => one - other);
}

const overlap = (one, other) =>
  Math.max(0, Math.min(one[2], other[2]) - Math.max(one[0], other[0])) * Math.max(0, Math.min(one[3], other[3]) - Math.max(one[1], other[1]));
const sum = (box, others) => others.reduce((total, other) => total + overlap(box, other), 0);

function away([x1, y1, x2, y2], { head, body }, size) {
  const [a, b, c, d] = head ?? body;
  const [x, y] = [(a + c) / 2, (b + d) / 2];
  return Math.hypot(Math.max(x1 - x, x - x2, 0), Math.max(y1 - y, y - y2, 0)) / Math.hypot(...size);
}

function close([x1, y1, x2, y2], taken, [wide, high], gap) {
  const edges = (x1 < gap || x2 > wide - gap) + (y1 < gap || y2 > high - gap);
  return edges + taken.filter((box) => overlap([x1 - gap, y1 - gap, x2 + gap, y2 + gap], box)).length;
}

const disc = ([x, y], radius) => [x - radius, y - radius, x + radius, y + radius];
const union = (...boxes) => [0, 1, 2, 3].map((at) => Math[at < 2 ? "min" : "max"](...boxes.map((box) => box[at])));
