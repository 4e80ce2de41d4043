/** Secrets from a store: the ExternalSecrets of `maas render --secret-store`, and what they wait for. */
import { gates } from "../../../catalogue/gitops/gitops";
import { render } from "../../../cli/render/render";
import { type Manifest, type Rendered, titleOf } from "../../../cli/render/rendering";
import { KEPT } from "../../../components/litemaas/liteMaas";
import { plan } from "../../../rehearsal/plan";
import type { Plan } from "../../../rehearsal/result";
import { root } from "../helper";

const store = { name: "vault", prefix: "maas/s" };

let planned: Plan;
beforeAll(async () => {
    planned = await plan({ projectDir: root, stack: "code-assistant" });
});

/** A resource of a plan. */
function resource(name: string, inputs: object, options: object = {}, kind = "Secret", dependencies: string[] = []): object {
    const type = `kubernetes:core/v1:${kind}`;
    return { urn: `urn:pulumi:x::y::${type}::${name}`, type, name, inputs, dependencies, options: { custom: true, ...options } };
}

const secret = (name: string, rest: object = {}, metadata: object = {}): object => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: "a", ...metadata },
    data: "[secret]",
    ...rest,
});

/** Renders a plan with these resources alone. */
const of = (...resources: object[]): Rendered => render({ ...planned, resources: resources as Plan["resources"] }, { store });

/** The ExternalSecret of a Secret. */
const filled = (...resources: object[]) =>
    of(...resources).renderings.find(({ isOf }) => isOf === "store")!.manifest as unknown as {
        metadata: Manifest["metadata"];
        spec: { data?: object[]; dataFrom?: object[]; target: Record<string, unknown> };
    };

it("says where each key is, and tells who puts it there", () => {
    const { renderings, omitted } = render(planned, { store });
    const { manifest } = renderings.find((one) => one.isOf === "store" && titleOf(one.manifest).endsWith("/maas-db-config"))!;
    const key = "maas/s/redhat-ods-applications/maas-db-config";
    expect([titleOf(manifest), manifest["spec"]]).toEqual([
        "ExternalSecret redhat-ods-applications/maas-db-config",
        {
            secretStoreRef: { kind: "ClusterSecretStore", name: "vault" },
            refreshPolicy: "Periodic",
            refreshInterval: "1h0m0s",
            data: [{ secretKey: "DB_CONNECTION_URL", remoteRef: { key, property: "DB_CONNECTION_URL" } }],
            target: {
                name: "maas-db-config",
                creationPolicy: "Owner",
                deletionPolicy: "Retain",
                // External Secrets 0.20.4 drops empty maps, and Argo CD would put them back at each sync.
                template: { type: "Opaque", mergePolicy: "Merge" },
            },
        },
    ]);
    expect(omitted.find(({ name }) => name.includes("maas-db-config"))).toMatchObject({
        name: "Secret redhat-ods-applications/maas-db-config",
        why: "its values are in ClusterSecretStore vault alone, which must admit namespace redhat-ods-applications",
        instead: `put DB_CONNECTION_URL into ${key} of the store`,
    });
});

/** CloudNativePG takes no other type. */
it("gives the Secret the type, labels and annotations that it has in the plan", () => {
    const labels = { "cnpg.io/reload": "true" };
    const annotations = { note: "n", "pulumi.com/patchForce": "true" };
    const { spec } = filled(
        resource(
            "database-credentials",
            secret("maas-db-credentials", { type: "kubernetes.io/basic-auth" }, { labels, annotations }),
        ),
    );
    expect(spec.target["template"]).toEqual({
        type: "kubernetes.io/basic-auth",
        mergePolicy: "Merge",
        metadata: { labels, annotations: { note: "n" } },
    });
    expect(spec.data).toHaveLength(2);
});

describe("the Secret", () => {
    const options = ({ metadata }: ReturnType<typeof filled>): string =>
        metadata.annotations!["argocd.argoproj.io/sync-options"]!;
    const STAYS = "SkipDryRunOnMissingResource=true,Prune=false,Delete=false";

    it("goes with its ExternalSecret", () => {
        const one = filled(resource("mine", secret("held")));
        expect([one.spec.target["creationPolicy"], options(one)]).toEqual(["Owner", "SkipDryRunOnMissingResource=true"]);
        expect(one.spec.dataFrom).toEqual([{ extract: { key: "maas/s/a/held" } }]);
    });

    it.each([{ retainOnDelete: true }, { protect: true }])("stays where the plan has %j", (kept) => {
        const one = filled(resource("mine", secret("held"), kept));
        expect([one.spec.target["creationPolicy"], options(one)]).toEqual(["Orphan", STAYS]);
        expect(one.spec.target["template"]).toEqual({ type: "Opaque", mergePolicy: "Merge" });
    });

    it("of somebody else keeps its type, and gets keys", () => {
        const one = filled(resource("project-a-connection", secret("held"), {}, "SecretPatch"));
        expect([one.spec.target["creationPolicy"], options(one)]).toEqual(["Merge", STAYS]);
        expect(one.spec.target["template"]).toEqual({ mergePolicy: "Merge" });
    });

    it("that the program makes once comes from the store, and stays", () => {
        const gate = {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "g", namespace: "maas-platform", labels: { "maas-platform.io/gate": "secret-kept" } },
            data: { object: "Secret litemaas/litemaas-secrets", keys: "A B" },
        };
        const one = of(resource("g", gate, {}, "ConfigMap"));
        expect(one.renderings.map(({ manifest }) => titleOf(manifest))).toEqual(["ExternalSecret litemaas/litemaas-secrets"]);
        expect(one.renderings[0]!.manifest["spec"]).toMatchObject({
            data: [
                { secretKey: "A", remoteRef: { key: "maas/s/litemaas/litemaas-secrets", property: "A" } },
                { secretKey: "B", remoteRef: { key: "maas/s/litemaas/litemaas-secrets", property: "B" } },
            ],
            target: { creationPolicy: "Orphan" },
        });
        expect(one.omitted.map(({ instead }) => instead)).toEqual([expect.stringContaining("put A, B into")]);
    });
});

it("says how the values begin that somebody makes up for LiteMaaS", () => {
    const { instead } = gates["secret-kept"] as { instead: string };
    for (const { name, prefix } of KEPT.filter((key) => key.prefix !== undefined)) {
        expect(instead).toContain(`${name} begins with ${prefix!}`);
    }
});

/** An ExternalSecret in an earlier wave is never ready, and no later wave begins. */
describe("a stack that installs External Secrets", () => {
    const waveOf = ({ renderings }: Rendered, title: string): number =>
        renderings.find(({ manifest }) => titleOf(manifest) === title)!.wave;

    it.each([
        ["whose store somebody makes", "vault", "Job maas-platform/identity-secrets-runs"],
        ["with the store of the stack", "maas-maas-7x2kq", "ClusterSecretStore maas-maas-7x2kq"],
    ])("fills Secrets after it is there, %s", (_what, name, before) => {
        const rendered = render(planned, { store: { ...store, name } });
        const waves = rendered.renderings.filter(({ isOf }) => isOf === "store").map(({ wave }) => wave);
        expect(waves).toHaveLength(3);
        expect(Math.min(...waves)).toBeGreaterThan(waveOf(rendered, before));
        expect(waveOf(rendered, "StatefulSet maas-db/maas-db")).toBeGreaterThan(
            waveOf(rendered, "ExternalSecret maas-db/maas-db-credentials"),
        );
    });

    it("has a Job wait for the Secret that External Secrets needs itself", () => {
        const first = resource("first", secret("first"));
        const gate = resource(
            "gate",
            {
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: "g", namespace: "maas-platform", labels: { "maas-platform.io/gate": "external-secrets-run" } },
                data: { namespace: "external-secrets" },
            },
            {},
            "ConfigMap",
            [(first as { urn: string }).urn],
        );
        const titles = of(first, gate, resource("second", secret("second")))
            .renderings.filter(({ urn }) => urn !== undefined)
            .map(({ manifest, wave }) => [titleOf(manifest), wave]);
        expect(titles).toEqual([
            ["Job maas-platform/first-created", 1],
            ["Job maas-platform/gate", 2],
            ["ExternalSecret a/second", 3],
        ]);
    });
});
