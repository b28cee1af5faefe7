// Photos before they are sent: each pick is added to the last (some phones give back one photo at a time), shown small,
// and made smaller (long side 1920, JPEG) so that a slow line carries it. A file the browser cannot draw is sent as it is.

const LONG_SIDE = 1920;

// As a data address: the content policy allows no blob pictures.
const read = (file) => new Promise((done, fail) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.onerror = fail;
  reader.readAsDataURL(file);
});

async function smaller(file) {
  const picture = new Image();
  try {
    picture.src = await read(file);
    await picture.decode();
    const scale = Math.min(1, LONG_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    const name = file.name.replace(/\.\w+$/, "") + ".jpg";
    return blob ? { file: new File([blob], name, { type: "image/jpeg" }), url: canvas.toDataURL("image/jpeg", 0.5) } : { file };
  } catch {
    return { file };
  }
}

export function start(picker) {
  const input = picker.querySelector("input[type=file]");
  const list = picker.querySelector(".photos__list");
  const say = picker.querySelector(".photos__say");
  const most = Number(picker.dataset.most) || 6;
  const photos = [];
  try {
    new DataTransfer();
  } catch {
    return; // no way to hold several picks: the browser's own field stays
  }
  picker.classList.add("photos--on");

  const send = () => {
    const carrier = new DataTransfer();
    photos.forEach((photo) => carrier.items.add(photo.file));
    input.files = carrier.files;
  };

  const draw = () => {
    list.hidden = photos.length === 0;
    list.replaceChildren(...photos.map((photo, index) => {
      const item = document.createElement("li");
      const image = document.createElement("img");
      image.alt = `第 ${index + 1} 张照片`;
      if (photo.url) image.src = photo.url;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "photos__del";
      remove.setAttribute("aria-label", `删除第 ${index + 1} 张照片`);
      remove.textContent = "×";
      remove.addEventListener("click", () => {
        photos.splice(index, 1);
        send();
        draw();
        input.focus();
      });
      item.append(image, remove);
      return item;
    }));
    picker.classList.toggle("photos--full", photos.length >= most);
    say.textContent = photos.length ? `已选 ${photos.length} 张，最多 ${most} 张` : "";
  };

  input.addEventListener("change", async () => {
    const picked = [...input.files].slice(0, most - photos.length);
    say.textContent = "正在准备照片";
    for (const file of picked) photos.push(await smaller(file));
    send();
    draw();
  });
}
