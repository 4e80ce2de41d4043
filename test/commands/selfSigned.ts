import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A certificate that signs itself. @param at a folder, which gets key.pem and cert.pem @param host that it is for */
export function selfSigned(at: string, host = "localhost"): { readonly key: string; readonly cert: string } {
    const [key, cert] = [path.join(at, "key.pem"), path.join(at, "cert.pem")];
    const form = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    const names = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
    execFileSync("openssl", ["req", ...form, ...names, "-keyout", key, "-out", cert], { stdio: "ignore" });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
}

/** A certificate for localhost that an authority has signed. @param at a folder, which gets ca.pem, the authority's own certificate */
export function signedByAuthority(at: string): { readonly key: string; readonly cert: string } {
    const file = (name: string): string => path.join(at, name);
    const openssl = (...words: readonly string[]): Buffer =>
        execFileSync("openssl", words, { stdio: ["ignore", "pipe", "ignore"] });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl("req", "-x509", ...key, "-days", "2", "-subj", "/CN=authority", "-keyout", file("ca.key"), "-out", file("ca.pem"));
    openssl("req", "-new", ...key, "-subj", "/CN=localhost", "-keyout", file("key.pem"), "-out", file("request.pem"));
    writeFileSync(file("names"), "subjectAltName=DNS:localhost\n");
    const by = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", file("names")];
    openssl("x509", "-req", "-in", file("request.pem"), ...by, "-out", file("cert.pem"));
    return { key: readFileSync(file("key.pem"), "utf8"), cert: readFileSync(file("cert.pem"), "utf8") };
}
