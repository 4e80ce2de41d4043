/** A cluster in memory that clients reach over HTTP. */
import type { Cluster } from "./cluster";
import { HttpFace } from "./http";
import { MemoryCluster } from "./memory";

export class ServedCluster extends MemoryCluster implements Cluster {
    private face: HttpFace | undefined;
    private serving: Promise<void> | undefined;

    /** Serves the Kubernetes REST API on a free port of 127.0.0.1. Calling it again changes nothing. */
    serve(): Promise<void> {
        this.serving ??= (async () => {
            this.face = await HttpFace.open(this, this.clock);
        })();
        return this.serving;
    }

    /** @throws Error before `serve()` has ended: there is no port yet */
    kubeconfig(): string {
        if (!this.face) {
            throw new Error("the cluster in memory is not served yet: await serve() first");
        }
        return this.face.kubeconfig;
    }

    override async close(): Promise<void> {
        await this.serving?.catch(() => undefined);
        await this.face?.close();
        this.face = undefined;
        this.serving = undefined;
        await super.close();
    }
}
