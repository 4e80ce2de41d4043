/** Bodies that a server or a proxy has compressed, unasked. */
import * as zlib from "node:zlib";

const decoders: Readonly<Record<string, (body: Buffer, options: zlib.ZlibOptions) => Buffer>> = {
    gzip: zlib.gunzipSync,
    "x-gzip": zlib.gunzipSync,
    deflate: zlib.inflateSync,
    br: zlib.brotliDecompressSync as (body: Buffer, options: zlib.ZlibOptions) => Buffer,
};

/**
 * The text of a body.
 *
 * @param encoding of the header content-encoding; one that is not known leaves the body as it is
 * @param longest in bytes, after decompression
 * @throws Error for a body that ends early, that is no such encoding, or that is longer
 */
export function decoded(body: Buffer, encoding: string | undefined, longest: number): string {
    const encodings = (encoding ?? "").toLowerCase().split(",");
    const plain = encodings.reduceRight(
        (rest, name) => decoders[name.trim()]?.(rest, { maxOutputLength: longest }) ?? rest,
        body,
    );
    return plain.toString("utf8");
}
