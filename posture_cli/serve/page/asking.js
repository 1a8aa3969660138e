// Talks to the server: one request at a time, a token if it wants one, and patience if it is gone.

const PAUSE_MS = 1000; // between two tries; a guess
const BUSY = "The server is busy. This page tries again.";
const GONE = "The server does not answer. Start it again (posture serve): this page goes on by itself.";
const BRIEFLY = true;
const byId = (id) => document.getElementById(id);

let token = ""; // in memory only
let last = Promise.resolve();

/** What the server, or this page, refuses: a message, and what to do. */
export class Refused extends Error {
  constructor(message, hint = "") {
    super(message);
    this.hint = hint;
  }
}

export const hasToken = () => token !== "";

/** The words of the server, as soon as it answers. */
export async function words(say) {
  for (let gone = false; ; gone = true) {
    try {
      const told = await (await fetch("/page/words.json")).json();
      if (gone) say("");
      return told;
    } catch {
      say(GONE);
      await pause(PAUSE_MS);
    }
  }
}

/**
 * Post one picture after all that were posted before, and return the response.
 *
 * @param {Blob} picture Its own bytes.
 * @param {string} accept Type of the answer.
 * @param {(message: string, briefly?: boolean) => void} say Called if it takes longer, and afterwards.
 * @param {() => boolean} wanted Whether anybody still waits for it; null is returned if not.
 */
export function post(picture, accept, say, wanted = () => true) {
  const mine = last.then(() => tried(picture, accept, say, wanted));
  last = mine.catch(() => {});
  return mine;
}

async function tried(picture, accept, say, wanted) {
  const kind = picture.type || "application/octet-stream";
  let waited = "";
  let why = "";
  while (wanted()) {
    const response = await sent(picture, { Accept: accept, "Content-Type": kind });
    if (response?.status === 401) {
      token = await askedFor(why);
      why = "The server does not take that token. Try another one.";
    } else if (response && response.status !== 503) {
      if (waited) say(waited === GONE ? "The server is back." : "", BRIEFLY);
      if (response.ok) return response;
      throw await refusal(response);
    } else {
      waited = response ? BUSY : GONE;
      say(waited);
      await pause(PAUSE_MS * (Number(response?.headers.get("Retry-After")) || 1));
    }
  }
  if (waited) say("");
  return null;
}

/** What the server answers; null if it does not. */
async function sent(body, headers) {
  const known = token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
  try {
    return await fetch("/invocations", { method: "POST", headers: known, body });
  } catch {
    return null;
  }
}

async function refusal(response) {
  try {
    const { error } = await response.json();
    return new Refused(error.message, error.hint);
  } catch {
    return new Refused(`the server answers ${response.status}`, "look at what it says in its terminal");
  }
}

function askedFor(why) {
  const dialog = byId("ask");
  const field = byId("token");
  if (why) byId("ask-why").textContent = why;
  field.value = "";
  dialog.showModal();
  return new Promise((resolve, reject) => {
    dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      const given = field.value.trim();
      field.value = "";
      dialog.onclose = null;
      dialog.close();
      resolve(given);
    };
    byId("cancel").onclick = () => dialog.close();
    dialog.onclose = () => {
      if (dialog.open) return; // the event of the time before comes late, if the server is quick
      reject(new Refused("nothing is asked without a token", "get it from whoever started the server"));
    };
  });
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
