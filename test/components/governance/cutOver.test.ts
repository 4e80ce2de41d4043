/** The gate that ends a move from a release whose MaaS API was in another namespace. */
import { waitForCutOver } from "../../../components/governance/cutOver";
import type { Kube, KubeObject } from "../../../components/kube";

const wanted = { formerNamespace: "redhat-ods-applications", modelsNamespace: "maas", models: ["small", "large"] };

/** A cluster from which objects go, by their names, after as many looks. */
function cluster(looks: Readonly<Record<string, number>>): Pick<Kube, "now" | "until"> & { asked: string[] } {
    const asked: string[] = [];
    return {
        asked,
        now: () => Promise.resolve(0),
        async until({ plural, namespace }, name, judge, deadline) {
            asked.push(`${plural} ${namespace}/${name} until ${deadline / 60_000}`);
            for (let look = 0; look < 10; look++) {
                const object: KubeObject = { metadata: { name } };
                const verdict = await judge(look < (looks[name] ?? 0) ? object : undefined);
                if (verdict !== undefined) {
                    return verdict;
                }
            }
            return undefined;
        },
    };
}

it("looks at the policy of each model and at the former API, and passes when all have gone", async () => {
    const kube = cluster({ "maas-auth-large": 3, "maas-api": 1 });
    await expect(waitForCutOver(kube, wanted)).resolves.toBeUndefined();
    expect(kube.asked).toEqual([
        "authpolicies maas/maas-auth-small until 15",
        "authpolicies maas/maas-auth-large until 15",
        "deployments redhat-ods-applications/maas-api until 15",
    ]);
});

it.each([
    [
        { "maas-auth-large": 99 },
        /^AuthPolicy maas\/maas-auth-large of the earlier release is still there: .*oc get maasauthpolicy -A .*\(waited 15 minutes\)$/,
    ],
    [
        { "maas-api": 99 },
        /^Deployment redhat-ods-applications\/maas-api .* is still there: .*oc rollout restart deployment\/maas-controller -n redhat-ods-applications/,
    ],
])("says what is left, and what to do: %j", async (looks, message) => {
    await expect(waitForCutOver(cluster(looks), wanted)).rejects.toThrow(message);
});
