/** Gates of the gateway that apply a remedy: how often, and their messages when it does not help. */
import { waitForFilter } from "../../../components/gateway/authorinoFilter";
import { waitForKuadrant } from "../../../components/gateway/kuadrantReady";
import type { Kube, KubeObject } from "../../../components/kube";

type Patch = { readonly kind: string; readonly name: string; readonly patch: any };

/** A cluster whose object changes as `script` says, one step whenever somebody looks; then time is up. */
class Scripted implements Pick<Kube, "now" | "until" | "patch"> {
    readonly patches: Patch[] = [];

    private time = Date.UTC(2026, 10, 21);

    constructor(private readonly script: (KubeObject | undefined | "deadline")[]) {}

    now(): Promise<number> {
        return Promise.resolve(this.time);
    }

    async until<T>(
        _kind: unknown,
        _name: string,
        judge: (object: KubeObject | undefined) => T | undefined | Promise<T | undefined>,
        deadline: number,
    ): Promise<T | undefined> {
        while (this.script.length > 0) {
            const next = this.script.shift();
            if (next === "deadline") {
                break;
            }
            const verdict = await judge(next);
            if (verdict !== undefined) {
                return verdict;
            }
        }
        this.time = deadline;
        return undefined;
    }

    patch({ plural }: { plural: string }, name: string, patch: object): Promise<void> {
        this.patches.push({ kind: plural, name, patch });
        return Promise.resolve();
    }
}

const KUADRANT = { name: "kuadrant", namespace: "kuadrant-system" };
const kuadrant = (status: string, reason: string, message = ""): KubeObject => ({
    metadata: KUADRANT,
    status: { conditions: [{ type: "Ready", status, reason, message }] },
});
const missing = (what: string): KubeObject => kuadrant("False", "MissingDependency", `[${what}] is not installed`);
const ready = kuadrant("True", "Ready");

describe("Kuadrant's operator", () => {
    it("is left alone while it finds everything", async () => {
        const kube = new Scripted([undefined, kuadrant("False", "LimitadorNotReady"), ready]);
        await waitForKuadrant(kube, KUADRANT, "kuadrant-system");
        expect(kube.patches).toEqual([]);
    });

    it("is restarted once for the same verdict, and again for another", async () => {
        const kube = new Scripted([missing("Gateway API"), missing("Gateway API"), missing("Authorino Operator"), ready]);
        await waitForKuadrant(kube, KUADRANT, "operators");
        expect(kube.patches.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
            "deployments kuadrant-operator-controller-manager",
            "deployments kuadrant-operator-controller-manager",
        ]);
        expect(kube.patches[0]!.patch.spec.template.metadata.annotations).toEqual({
            "kubectl.kubernetes.io/restartedAt": "2026-11-21T00:00:00.000Z",
        });
    });

    it("is restarted again when it still misses the same after a while", async () => {
        const kube = new Scripted([missing("Gateway API"), "deadline", missing("Gateway API"), ready]);
        await waitForKuadrant(kube, KUADRANT, "operators");
        expect(kube.patches).toHaveLength(2);
    });

    it("is restarted three times at most, and what is missing is told", async () => {
        const kube = new Scripted(["a", "b", "c", "d", "e"].map(missing));
        await expect(waitForKuadrant(kube, KUADRANT, "operators")).rejects.toThrow(
            "Kuadrant kuadrant-system/kuadrant was not Ready within 15 minutes, although Deployment operators/kuadrant-operator-controller-manager was restarted 3 times for: [c] is not installed",
        );
        expect(kube.patches).toHaveLength(3);
    });
});

describe("TLS from the gateway to Authorino", () => {
    const GATEWAY = { name: "maas-default-gateway", namespace: "openshift-ingress" };
    const filter: KubeObject = { metadata: { name: "maas-default-gateway-authn-ssl" } };

    it("needs no help when its filter appears", async () => {
        const kube = new Scripted([undefined, filter]);
        await waitForFilter(kube, GATEWAY);
        expect(kube.patches).toEqual([]);
    });

    it("is looked at again when the Gateway is touched", async () => {
        const kube = new Scripted([undefined, "deadline", undefined, filter]);
        await waitForFilter(kube, GATEWAY);
        expect(kube.patches.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["gateways maas-default-gateway"]);
        expect(Object.keys(kube.patches[0]!.patch.metadata.annotations)).toEqual(["maas-platform.io/looked-at-again"]);
    });

    it("is told to be missing, with where to look", async () => {
        const kube = new Scripted(["deadline", "deadline"]);
        await expect(waitForFilter(kube, GATEWAY)).rejects.toThrow(
            /EnvoyFilter openshift-ingress\/maas-default-gateway-authn-ssl did not appear, although Gateway maas-default-gateway was annotated.*odh-model-controller/,
        );
    });
});
