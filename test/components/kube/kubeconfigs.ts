/** Kubeconfigs and servers of the tests of the client. */
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";

/** A folder for kubeconfigs, emptied by `remove`. */
export class Kubeconfigs {
    readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "kubeconfigs-"));

    /** Writes a file. @returns its path */
    write(name: string, content: string | object): string {
        const file = path.join(this.folder, name);
        fs.writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
        return file;
    }

    /** Writes a kubeconfig whose only context, `test`, leads to a server. */
    to(server: string, cluster: object = {}): string {
        return this.write(`to-${new URL(server).port}`, {
            apiVersion: "v1",
            kind: "Config",
            "current-context": "test",
            clusters: [{ name: "test", cluster: { server, ...cluster } }],
            users: [{ name: "test", user: { token: "s3cret-token" } }],
            contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
        });
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true });
    }
}

/** Listens on a free port of 127.0.0.1. @returns the port */
export async function listening(server: net.Server): Promise<number> {
    await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
    });
    return (server.address() as net.AddressInfo).port;
}
