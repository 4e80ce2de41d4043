/** Each fault of a rehearsal is the first that `maas status` names, with its cause, in memory and on a real API server. */
import { type Status, statusOf } from "../../../cli/status/status";
import { Kube } from "../../../components/kube";
import "../../../kinds";
import { plan } from "../../../rehearsal/plan";
import { openSession } from "../../../simulator/rehearse";
import { parseFault } from "../../../simulator/faults";
import { Project } from "../../project";
import { describeApiServer } from "../../rehearsal/apiserver/support";

jest.setTimeout(300_000);

let project: Project;
beforeEach(() => {
    project = new Project();
});
afterEach(() => project.remove());

/** The status after a bring-up with a fault. */
async function statusWith(
    fault: string,
    how: { readonly change?: (settings: any) => unknown; readonly cluster?: "memory" | "api-server" } = {},
): Promise<Status> {
    const stack = project.change(how.change);
    const projectDir = project.folder;
    const session = await openSession({
        projectDir,
        stack,
        continueOnError: true,
        faults: [parseFault(fault)],
        ...(how.cluster !== undefined && { cluster: how.cluster, speed: 2000 }),
    });
    try {
        await session.up();
        const planned = await plan({ projectDir, stack });
        return await statusOf(await Kube.connect(undefined, session.world.kubeconfig), planned);
    } finally {
        await session.close();
    }
}

/** What is named first: the cause, the object, and what it says. */
type Named = readonly [id: string, object: RegExp, says: RegExp];

const named: Readonly<Record<string, Named>> = {
    "unresolvable:rhcl-operator": [
        "not-resolvable",
        /^Subscription kuadrant-system\/rhcl-operator$/,
        /ConstraintsNotSatisfiable/,
    ],
    "crd-missing:clusterpolicies.nvidia.com": ["kind-missing", /^ClusterServiceVersion nvidia-gpu-operator\//, /clusterpolicies/],
    "not-ready:Kuadrant/kuadrant=MissingDependency": ["missing-dependency", /^Kuadrant kuadrant-system\/kuadrant$/, /MissingDep/],
    "not-ready:DataScienceCluster/default-dsc": ["dsc-not-ready", /^DataScienceCluster default-dsc$/, /Rehearsed/],
    "not-ready:Gateway/maas-default-gateway": ["gateway-not-programmed", /^Gateway openshift-ingress\//, /Rehearsed/],
    "no-capacity:us-east-2a": ["no-capacity", /^Machine openshift-machine-api\//, /apacity/],
    "vcpu-limit:g6e.2xlarge": ["vcpu-limit", /^Machine openshift-machine-api\//, /vCPU/],
    "refuse:Gateway/maas-default-gateway=no": ["admission", /^Gateway openshift-ingress\//, /denied the request: no/],
    "foreign:nfd": ["foreign-operator", /^Subscription .*nfd/, /somebody else/],
    "uninitialized:vault": ["vault-uninitialized", /^Pod .*\/vault-0$/, /initialized=false/],
};

/** A Vault of the stack's own. */
const vaultInCluster = (settings: any): void => {
    const seal = { kmsKeyId: "1234abcd-12ab-34cd-56ef-1234567890ab", region: "us-east-2" };
    Object.assign(settings.identity, { store: "vault", vault: { install: { seal } } });
};

test.each(Object.keys(named))("%s", async (fault) => {
    const [id, object, says] = named[fault]!;
    const { problems } = await statusWith(fault, fault.endsWith(":vault") ? { change: vaultInCluster } : {});
    expect(problems[0]).toMatchObject({ id, object: expect.stringMatching(object), says: expect.stringMatching(says) });
    expect(problems[0]!.waiting.length).toBeGreaterThan(0);
});

describeApiServer("on a real API server", () => {
    test("a fault is named there too", async () => {
        const { problems } = await statusWith("refuse:Gateway/maas-default-gateway=no", { cluster: "api-server" });
        expect(problems[0]).toMatchObject({ id: "admission", object: "Gateway openshift-ingress/maas-default-gateway" });
    });
});
