// The camera of the browser: on, off, and one frame at a time. It is off while the page is hidden.

import { Refused } from "./asking.js";

const byId = (id) => document.getElementById(id);
const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 } }; // the networks see less; a guess
const QUALITY = 0.92; // of a frame as JPEG; a guess
const HINTS = {
  NotAllowedError: ["the browser may not use the camera", "allow it at the sign beside the address, then switch it on again"],
  NotFoundError: ["there is no camera", "connect one, then switch it on again"],
  NotReadableError: ["the camera is used by another program", "close that program, then switch it on again"],
  OverconstrainedError: ["that camera is gone", "choose another one"],
};
const INSECURE = new Refused(
  "browsers give the camera only to pages of this machine or with https",
  "open this page at 127.0.0.1, or start posture serve with --certificate and --key",
);

let stream = null;

export const isOn = () => stream !== null;

/**
 * Switch the camera on and show its picture.
 *
 * @param {string} device Which one; empty for the browser's choice.
 * @param {() => void} lost Called if it ends by itself, such as when it is unplugged.
 */
export async function switchOn(device, lost) {
  if (!navigator.mediaDevices) throw INSECURE;
  switchOff();
  const video = device ? { ...WANTED, deviceId: { exact: device } } : WANTED;
  let found;
  try {
    found = await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    throw new Refused(...(HINTS[error.name] ?? [`the camera cannot be used: ${error.message}`, "try another one"]));
  }
  switchOff(); // somebody else may have been quicker
  stream = found;
  stream.getVideoTracks()[0].onended = lost;
  const screen = byId("video");
  screen.srcObject = stream;
  await screen.play();
  await listCameras();
}

export function switchOff() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  byId("video").srcObject = null;
}

/** The frame of now as JPEG; null before the first one. */
export function frame() {
  const { videoWidth: width, videoHeight: height } = byId("video");
  if (!width) return null;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d").drawImage(byId("video"), 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** Offer all cameras if there are several; their names are known only after permission. */
async function listCameras() {
  const every = await navigator.mediaDevices.enumerateDevices();
  const cameras = every.filter((device) => device.kind === "videoinput");
  const now = stream?.getVideoTracks()[0].getSettings().deviceId;
  const options = cameras.map(({ label, deviceId }, number) => new Option(label || `camera ${number + 1}`, deviceId, false, deviceId === now));
  byId("cameras").replaceChildren(...options);
  byId("which").hidden = cameras.length < 2;
}
