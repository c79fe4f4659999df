/** The words of the tray, in English. */
export const en = {
  uploading: (name: string) => `Uploading ${name}`,
  preparing: "Preparing…",
  removeFile: (name: string) => `Remove ${name}`,
  retryFile: (name: string) => `Retry ${name}`,
  uploadFailed: "Upload failed",
  resizedFrom: (size: string) => `Resized from ${size}`,
};
