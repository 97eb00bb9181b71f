// The HTTP API as the page uses it: our cookie, our header, errors with a code and a sentence.

import { language } from "./text.js";

const HEADERS = { "X-ISEC-Client": "1" };
const TIMEOUT = 20_000;

/** A request that did not succeed; `status` is 0 when nothing answered. */
export class ApiError extends Error {
  constructor(status, code, message, retryAfter) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Trying the same again cannot help. */
  get isFinal() {
    return this.status >= 400 && this.status < 500 && ![401, 408, 429].includes(this.status);
  }
}

export async function call(method, path, body, { signal, timeout = TIMEOUT } = {}) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeout);
  signal?.addEventListener("abort", () => abort.abort(), { once: true });
  const headers = { ...HEADERS, "Accept-Language": language() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: abort.signal,
      credentials: "same-origin",
      cache: "no-store",
    });
    return response.ok ? await read(response) : await refuse(response);
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new ApiError(0, "offline", "", 0);
  } finally {
    clearTimeout(timer);
  }
}

const read = (response) => (response.status === 204 ? null : response.json());

async function refuse(response) {
  const error = await response.json().then((body) => body.error ?? {}, () => ({}));
  throw new ApiError(response.status, error.code ?? "", error.message ?? "", Number(response.headers.get("Retry-After")) || 0);
}

/** Upload a file; `onProgress` hears shares from 0 to 1. Returns {done, abort}. */
export function upload(file, onProgress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.addEventListener("error", () => reject(new ApiError(0, "offline", "", 0)));
    request.addEventListener("abort", () => reject(new ApiError(0, "aborted", "", 0)));
    request.addEventListener("load", () => {
      const body = parsed(request.responseText);
      if (request.status === 201) resolve(body);
      else reject(new ApiError(request.status, body?.error?.code ?? "", body?.error?.message ?? "", 0));
    });
  });
  const form = new FormData();
  form.append("file", file, file.name || "file");
  request.open("POST", "/api/v1/chat/files");
  request.setRequestHeader("X-ISEC-Client", "1");
  request.setRequestHeader("Accept-Language", language());
  request.send(form);
  return { done, abort: () => request.abort() };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
