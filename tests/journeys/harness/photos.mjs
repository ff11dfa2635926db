// Pictures as a camera makes them, and what the screens show of them.
import assert from "node:assert/strict";

/** A JPEG of so many pixels; `noise` makes it large. Drawn by the browser, with an EXIF head where `exif` says what. */
export async function picture(device, { width, height, colour, noise = false, exif }) {
  const base64 = await device.page.evaluate(
    async ({ width, height, colour, noise }) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d");
      context.fillStyle = colour;
      context.fillRect(0, 0, width, height);
      context.fillStyle = "#fff";
      context.fillRect(0, 0, width / 4, height / 4);
      if (noise) {
        const pixels = context.getImageData(0, 0, width, height);
        let dice = 7;
        for (let i = 0; i < pixels.data.length; i += 4) {
          dice = (Math.imul(dice, 1103515245) + 12345) >>> 0;
          pixels.data[i + 1] = dice >>> 24;
        }
        context.putImageData(pixels, 0, 0);
      }
      const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let text = "";
      for (let i = 0; i < bytes.length; i += 32_768) text += String.fromCharCode(...bytes.subarray(i, i + 32_768));
      return btoa(text);
    },
    { width, height, colour, noise },
  );
  const jpeg = Buffer.from(base64, "base64");
  return exif ? Buffer.concat([jpeg.subarray(0, 2), exifHead(exif), jpeg.subarray(2)]) : jpeg;
}

/** The APP1 segment of a camera that was held so (6: a quarter turn to the right is needed). */
function exifHead({ orientation }) {
  const entry = Buffer.alloc(12);
  entry.writeUInt16BE(0x0112, 0);
  entry.writeUInt16BE(3, 2);
  entry.writeUInt32BE(1, 4);
  entry.writeUInt16BE(orientation, 8);
  const tiff = Buffer.concat([Buffer.from("MM\0\x2a\0\0\0\x08\0\x01", "latin1"), entry, Buffer.alloc(4)]);
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** Gives files to the camera's button. */
export async function take(device, files) {
  await device.page.getByLabel(/^(拍照|Take photo)$/).setInputFiles(files);
}

export const photos = (device) => device.page.getByRole("button", { name: /^(看照片|Open photo)/ });

/** Waits until so many small pictures are seen. */
export async function seePhotos(device, many) {
  const drawn = photos(device).locator("img");
  await drawn.nth(many - 1).waitFor({ state: "visible" });
  assert.equal(await drawn.count(), many);
}

/** Opens a photo whole; its pixels. */
export async function openPhoto(device, nth) {
  await photos(device).nth(nth).click();
  const image = device.page.getByRole("dialog").getByRole("img");
  await device.see(image);
  return image.evaluate(async (it) => {
    await it.decode();
    return [it.naturalWidth, it.naturalHeight];
  });
}
