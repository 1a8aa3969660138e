// The page: pictures and frames in, answers shown. The other files of this folder do the parts.

import * as answer from "./answer.js";
import * as asking from "./asking.js";
import * as camera from "./camera.js";
import * as take from "./take.js";
import { Minute } from "./minute.js";
import { draw } from "./overlay.js";

const LEAST_MS = 100; // between two looks: quicker is only warmer; a guess
const BRIEF_MS = 5000; // for what needs nothing to be done; a guess
const byId = (id) => document.getElementById(id);

let words = null; // what the server says at /page/words.json
let form = null; // the answer that is shown
let minute = null;
let turn = 0; // goes up with every new picture; answers to older ones are dropped
let resume = false; // whether the camera comes back with the page

const now = () => performance.now() / 1000;

function say(text, briefly = false) {
  const box = byId("status");
  if (box.textContent !== text) box.textContent = text;
  box.hidden = !text;
  if (briefly) setTimeout(() => box.textContent === text && say(""), BRIEF_MS);
}

function failed(error) {
  const known = error instanceof asking.Refused ? error : new asking.Refused(`something went wrong: ${error.message}`, "load this page again");
  say(sentence(known.message) + (known.hint ? ` ${sentence(known.hint)}` : ""));
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");

/** Show one of the picture, the video, or neither. */
function stage(id) {
  for (const one of ["empty", "picture", "video"]) byId(one).hidden = one !== id;
  byId("overlay").hidden = true;
  form = null;
}

function shape(width, height) {
  byId("view").style.aspectRatio = `${width} / ${height}`;
}

function redraw() {
  if (form) draw(byId("overlay"), form, words);
}

async function told() {
  words ??= await asking.words(say);
}

/** Look at one picture and show the answer; null if it is not wanted any more. */
async function look(picture, name, mine, isFrame) {
  await told();
  if (picture.size > words.most_bytes) {
    const mib = (size) => `${(size / 2 ** 20).toFixed(1)} MiB`;
    throw new asking.Refused(`the picture has ${mib(picture.size)}, and this server takes ${mib(words.most_bytes)}`, "choose a smaller one, or start posture serve with a larger --max-body");
  }
  const response = await asking.post(picture, "application/json", say, () => mine === turn);
  const text = await response?.text();
  if (!response || mine !== turn) return null;
  form = JSON.parse(text);
  answer.show(form, words, isFrame);
  document.title = `${answer.labelOf(form, words)} · posture`;
  take.offer(picture, name, text, isFrame);
  byId("overlay").hidden = false;
  redraw();
  return form;
}

/** Look at a file of the user: its own bytes, so that the answer is that of `posture check`. */
async function lookAtFile(file) {
  switchOff();
  const mine = ++turn;
  try {
    const bytes = await file.arrayBuffer().catch(() => {
      throw new asking.Refused(`${file.name} cannot be read`, "choose a picture, not a folder");
    });
    const picture = new Blob([bytes], { type: file.type });
    say("");
    stage("picture");
    answer.clear("Looking …", file.name);
    const visible = await shownPicture(picture, file.name);
    const found = await look(picture, file.name, mine, false);
    if (found && !visible) await shownDrawn(picture, file.name, mine);
    if (found) byId("picture").alt = `${file.name}: ${answer.labelOf(found, words)}`;
  } catch (error) {
    if (mine !== turn) return;
    answer.clear("No answer", file.name);
    failed(error);
  }
}

/** Show a picture; false if this browser cannot, as most cannot show HEIC. */
async function shownPicture(picture, name) {
  const image = byId("picture");
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(picture);
  image.alt = name;
  try {
    await image.decode();
    shape(image.naturalWidth, image.naturalHeight);
    return true;
  } catch {
    return false;
  }
}

/** Show the server's own drawing of a picture that this browser cannot show. */
async function shownDrawn(picture, name, mine) {
  const drawn = await take.annotated(picture, say);
  if (mine !== turn) return;
  await shownPicture(drawn, name);
  byId("overlay").hidden = true;
}

async function switchOn(device = "") {
  const mine = ++turn;
  try {
    await told();
    await camera.switchOn(device, () => {
      switchOff();
      failed(new asking.Refused("the camera is gone", "connect it again, then switch it on"));
    });
    if (mine !== turn) return camera.isOn() && switchOff();
    begun();
    await watch(mine);
  } catch (error) {
    if (mine !== turn) return;
    switchOff();
    failed(error);
  }
}

function begun() {
  say("");
  stage("video");
  shape(byId("video").videoWidth || 4, byId("video").videoHeight || 3);
  answer.clear("Looking …", "The camera is on. Every frame goes to this server only.");
  byId("camera").textContent = "Stop the camera";
  byId("camera").setAttribute("aria-pressed", "true");
  byId("minute").hidden = false;
  minute ??= new Minute(words);
}

/** Look at frames, one after the other, until another turn begins. */
async function watch(mine) {
  while (mine === turn) {
    const [at, began] = [now(), performance.now()];
    const picture = await camera.frame();
    const found = picture && (await look(picture, "frame.jpg", mine, true));
    if (found) {
      shape(found.width, found.height);
      remind(minute.take(at, answer.postureOf(found, words)));
      minute.draw(at);
    }
    await asking.pause(Math.max(0, LEAST_MS - (performance.now() - began)));
  }
}

function remind(text) {
  const box = byId("alert");
  if (minute.isOver) box.hidden = true;
  if (!text) return;
  box.textContent = text;
  box.hidden = false;
  if (!byId("notify").checked) return;
  try {
    new Notification("posture", { body: text, tag: "posture", silent: true, icon: "/page/icon.svg" });
  } catch {
    say("This browser shows notifications only here, on the page."); // phones
  }
}

function switchOff() {
  if (!camera.isOn() && byId("video").hidden) return;
  turn++;
  camera.switchOff();
  byId("camera").textContent = "Use the camera";
  byId("camera").setAttribute("aria-pressed", "false");
  byId("alert").hidden = true;
  byId("minute").hidden = true;
  if (byId("video").hidden) return;
  stage("empty");
  shape(4, 3);
  answer.clear("The camera is off", "Nothing was kept.");
  document.title = "posture";
}

async function wantsNotification(box) {
  if (!box.checked) return;
  const allowed = "Notification" in window && (await Notification.requestPermission()) === "granted";
  box.checked = allowed;
  if (!allowed) say("The browser may not show notifications. Allow them at the sign beside the address.");
}

function firstOf(files) {
  const [first, ...rest] = files;
  if (!first) return say("That is no file. Save the picture first, then choose it or drop it here.");
  lookAtFile(first).then(() => rest.length && say(`Only the first of ${rest.length + 1} files is shown.`));
}

byId("file").onchange = ({ target }) => {
  if (target.files.length) firstOf(target.files);
  target.value = ""; // the same file may be chosen again
};
byId("camera").onclick = () => (camera.isOn() ? switchOff() : switchOn());
byId("cameras").onchange = ({ target }) => switchOn(target.value);
byId("notify").onchange = ({ target }) => wantsNotification(target);
document.addEventListener("paste", ({ clipboardData }) => clipboardData.files.length && firstOf(clipboardData.files));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("view").classList.add("over");
});
document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget ?? byId("view").classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  byId("view").classList.remove("over");
  firstOf(event.dataTransfer.files);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    resume = camera.isOn();
    if (resume) switchOff();
  } else if (resume) {
    resume = false;
    switchOn(byId("cameras").value);
  }
});
new ResizeObserver(redraw).observe(byId("view"));
take.wire(say, failed);
told().then(() => answer.showLegend(words));
