/** Uploads that tell how far they are, which `fetch` cannot. */

/** As `fetch`, by an `XMLHttpRequest` where there is one. */
export function upload(
  url: string,
  init: RequestInit,
  onProgress: (sent: number, total: number) => void,
): Promise<Response> {
  if (typeof XMLHttpRequest === 'undefined') return fetch(url, init);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.withCredentials = init.credentials === 'include';
    new Headers(init.headers).forEach((value, name) => {
      request.setRequestHeader(name, value);
    });
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    request.onload = () => {
      const headers = new Headers();
      for (const line of request.getAllResponseHeaders().split('\r\n')) {
        const at = line.indexOf(':');
        if (at > 0) headers.append(line.slice(0, at), line.slice(at + 1).trim());
      }
      const { status } = request;
      // A response with such a status may not have a body, not even an empty one.
      const body = [204, 205, 304].includes(status) ? null : request.responseText;
      resolve(new Response(body, { status, headers }));
    };
    request.onerror = () => reject(new TypeError('The upload failed'));
    init.signal?.addEventListener('abort', () => request.abort());
    request.send(init.body as XMLHttpRequestBodyInit);
  });
}
