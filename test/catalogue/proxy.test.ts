/** The cluster's proxy, as pods are told of it. */
import { isDownloaded, proxyEnvironment } from "../../catalogue/proxy";
import { podSpec } from "../../kinds/common";
import { planModel } from "../../catalogue/models/modelPlan";
import { podSpec as podOf } from "../../components/serving/podSpec";
import { vaultStatefulSet } from "../../components/identity/vaultStatefulSet";
import { clusterSchema } from "../../stacks/schema/cluster";
import { modelSchema } from "../../stacks/schema/models";

const ENV = proxyEnvironment({ https: "http://proxy.example.com:3128", noProxy: ["10.0.0.0/16", ".svc"] }, "apps.example.com");

it("what is inside of the cluster is reached without it, once", () => {
    expect(ENV).toEqual({
        HTTP_PROXY: "http://proxy.example.com:3128",
        HTTPS_PROXY: "http://proxy.example.com:3128",
        NO_PROXY: "localhost,127.0.0.1,.svc,.cluster.local,.apps.example.com,10.0.0.0/16",
    });
});

it("the nodes pull images, the pods everything else", () => {
    expect(["hf://a/b", "s3://a/b", "https://a/b", "oci://a/b", "pvc://a/b", undefined].map(isDownloaded)).toEqual([
        true,
        true,
        true,
        false,
        false,
        false,
    ]);
});

it("is given to the container that downloads, beside vLLM's", () => {
    const model = modelSchema.parse({ name: "chat", source: "hf://openai/gpt-oss-20b", pool: "l40s" });
    const placement = { nodeSelector: {}, tolerations: [] } as never;
    const pod: any = podOf({ model, plan: planModel(model), placement, role: "main", downloads: ENV });
    expect(pod.initContainers).toEqual([
        { name: "storage-initializer", env: Object.entries(ENV).map(([name, value]) => ({ name, value })) },
    ]);
    expect(podSpec.safeParse(pod).error?.issues ?? []).toEqual([]);
    expect(podOf({ model, plan: planModel(model), placement, role: "main" })).not.toHaveProperty("initContainers");
});

it("is given to a Vault that opens its seal at AWS KMS", () => {
    const settings: any = { namespace: "vault", replicas: 1, storageGiB: 1, image: "vault:1" };
    const env = (proxy?: Readonly<Record<string, string>>): string[] =>
        vaultStatefulSet(settings, "", proxy).spec.template.spec.containers[0]!.env.map(({ name }) => name);
    expect(env(ENV)).toEqual([...env(), "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]);
});

it("has no credentials, which pods would show", () => {
    const parsed = clusterSchema.safeParse({ proxy: { https: "http://ann:secret@proxy:3128" } });
    expect(parsed.error!.issues.map(({ message }) => message)).toEqual([
        expect.stringMatching(/user name and password is not supported/),
    ]);
    expect(JSON.stringify(parsed.error!.issues)).not.toContain("secret");
});
