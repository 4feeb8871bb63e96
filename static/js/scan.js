// Reads the QR code of the citizen card where the browser can (BarcodeDetector); typing works without.
// The card says id|old id|name|birth|sex|address|issue date: only the id goes into the form.
(() => {
  "use strict";
  const button = document.querySelector("[data-scan]");
  const video = document.querySelector("[data-scan-video]");
  if (!button || !video || !("BarcodeDetector" in window) || !navigator.mediaDevices) { return; }
  const field = document.getElementById(button.dataset.scan);
  const idOf = (text) => { const first = text.split("|")[0].trim(); return /^\d{12}$/.test(first) ? first : ""; };
  let stream = null;
  const stop = () => {
    if (stream) { stream.getTracks().forEach((track) => track.stop()); }
    stream = null;
    video.hidden = true;
    button.textContent = "Quét mã QR trên thẻ";
  };
  const look = async (detector) => {
    if (!stream) { return; }
    const codes = await detector.detect(video).catch(() => []);
    const id = codes.map((code) => idOf(code.rawValue)).find(Boolean);
    if (id) { stop(); field.value = id; field.form.requestSubmit(); return; }
    setTimeout(() => look(detector), 200);
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (stream) { stop(); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      button.textContent = "Không mở được máy ảnh, hãy gõ số thẻ";
      field.focus();
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    button.textContent = "Dừng quét";
    await video.play();
    look(new BarcodeDetector({ formats: ["qr_code"] }));
  });
  window.addEventListener("pagehide", stop);
})();
