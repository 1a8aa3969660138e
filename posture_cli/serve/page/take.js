// What to take along: the JSON, the picture with the drawing, and the same request from a program.

import { hasToken, post } from "./asking.js";

const byId = (id) => document.getElementById(id);
const FREE_AFTER_MS = 60_000; // a browser may ask first where to put a file

let shown = null; // {picture, name, text}

/** Remember what is shown: its picture, the name of its file, and the answer as text. */
export function offer(picture, name, text, isFrame) {
  shown = { picture, name, text };
  byId("frame").hidden = !isFrame;
  byId("curl").textContent = curl(name, picture.type);
  byId("python").textContent = python(name, picture.type);
}

/** Let the buttons do what they say; `failed` is called with errors, `say` while it takes long. */
export function wire(say, failed) {
  byId("json").onclick = () => save(new Blob([shown.text], { type: "application/json" }), `${stem()}.json`);
  byId("frame").onclick = () => save(shown.picture, shown.name);
  byId("annotated").onclick = () => annotated(shown.picture, say).then((blob) => save(blob, `${stem()}-posture.jpg`), failed);
  for (const button of document.querySelectorAll("[data-copy]")) button.onclick = () => copy(button);
}

/** The picture with everything drawn in, as the server draws it. */
export async function annotated(picture, say) {
  return (await post(picture, "image/jpeg", say)).blob();
}

const stem = () => shown.name.replace(/\.[^.]*$/, "");

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), FREE_AFTER_MS);
}

async function copy(button) {
  const text = byId(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(text.textContent);
    button.firstChild.data = "Copied";
  } catch {
    getSelection().selectAllChildren(text); // Ctrl-C does the rest
    button.firstChild.data = "Selected";
  }
  setTimeout(() => (button.firstChild.data = "Copy"), 2000);
}

const kindOf = (type) => type || "application/octet-stream";
const inShell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curl(name, type) {
  const token = hasToken() ? ' \\\n  -H "Authorization: Bearer $POSTURE_SERVE_TOKEN"' : "";
  return `curl --data-binary @${inShell(name)} \\\n  -H 'Content-Type: ${kindOf(type)}'${token} \\\n  ${location.origin}/invocations`;
}

function python(name, type) {
  const token = hasToken() ? '\nheaders["Authorization"] = "Bearer " + os.environ["POSTURE_SERVE_TOKEN"]' : "";
  return `import json, ${hasToken() ? "os, " : ""}urllib.request

picture = open(${JSON.stringify(name)}, "rb").read()
headers = {"Content-Type": ${JSON.stringify(kindOf(type))}}${token}
address = "${location.origin}/invocations"
request = urllib.request.Request(address, picture, headers)
answer = json.load(urllib.request.urlopen(request))
print([one["label"] for one in answer["people"]])`;
}
