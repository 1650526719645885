interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>
}

interface DetectorClass {
  new (options: { formats: readonly string[] }): Detector
  getSupportedFormats(): Promise<readonly string[]>
}

/** Reads a code from a video's current frame; undefined when it has none. */
export type ReadQr = (video: HTMLVideoElement) => Promise<string | undefined>

/** The browser's own reader if it has one, else one in WebAssembly from our own origin. */
export const makeQrReader = async (): Promise<ReadQr> => (await ownReader()) ?? (await wasmReader())

const ownReader = async (): Promise<ReadQr | undefined> => {
  const Detector = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector
  if (!Detector || !(await Detector.getSupportedFormats()).includes('qr_code')) return undefined
  const detector = new Detector({ formats: ['qr_code'] })
  return async (video) => (await detector.detect(video))[0]?.rawValue
}

const wasmReader = async (): Promise<ReadQr> => {
  const [{ prepareZXingModule, readBarcodes }, { default: wasm }] = await Promise.all([
    import('zxing-wasm/reader'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ])
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true })
  const canvas = new OffscreenCanvas(1, 1)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('This browser has no 2D context for an OffscreenCanvas, so codes cannot be read from the camera.')
  return async (video) => {
    canvas.width = video.videoWidth
    canvas.height = video.videoHeight
    if (!canvas.width) return undefined
    context.drawImage(video, 0, 0)
    const [found] = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), {
      formats: ['QRCode'],
      maxNumberOfSymbols: 1,
    })
    return found?.text || undefined
  }
}
