import { complaints, existsAlready, warnings } from "../../components/explain";

describe("what an object says of itself", () => {
    it("is each condition that is not as it should be", () => {
        expect(
            complaints({
                conditions: [
                    { type: "Ready", status: "False", reason: "InvalidProviderConfig", message: "unable to create client" },
                    { type: "Degraded", status: "False" },
                    { type: "Available", status: "True" },
                ],
            }),
        ).toEqual(["Ready=False (InvalidProviderConfig: unable to create client)"]);
    });

    it("is the last warning about it, and of nothing else", () => {
        const event = (message: string, more: object = {}) => ({
            type: "Warning",
            reason: "UpdateFailed",
            message,
            lastTimestamp: "2026-01-01T00:00:00Z",
            involvedObject: { kind: "ExternalSecret", name: "a" },
            ...more,
        });
        expect(
            warnings(
                [
                    event("late", { lastTimestamp: "2026-01-01T00:05:00Z" }),
                    event("early"),
                    event("another's", { involvedObject: { kind: "ExternalSecret", name: "b" } }),
                    event("all is well", { type: "Normal", lastTimestamp: "2026-01-01T00:09:00Z" }),
                ],
                "ExternalSecret",
                "a",
            ),
        ).toEqual(["UpdateFailed: late"]);
        expect(warnings([], "ExternalSecret", "a")).toEqual([]);
    });
});

describe("an object that exists already", () => {
    const object = {
        apiVersion: "operators.coreos.com/v1alpha1",
        kind: "Subscription",
        plural: "subscriptions",
        namespace: "openshift-nfd",
        name: "nfd",
    };
    const madeBy = (manager: string) => ({ metadata: { name: "nfd", managedFields: [{ manager }] } });

    it("is said to be another's, with what uses or removes it", () => {
        expect(existsAlready(object, madeBy("helm"))).toBe(
            "Subscription openshift-nfd/nfd is on the cluster already (made with helm), and this stack would create it. Remedy: " +
                "Subscription nfd: remove it (oc delete subscriptions.operators.coreos.com nfd -n openshift-nfd), " +
                "or take it into the stack's state (pulumi import)",
        );
    });

    it("may be what an interrupted up of this stack left: then one command removes it", () => {
        expect(existsAlready(object, madeBy("pulumi-kubernetes-1a2b3c"))).toMatch(
            /\(made with pulumi-kubernetes-1a2b3c\).*; if an interrupted up of this stack left it: oc delete subscriptions\.operators\.coreos\.com nfd -n openshift-nfd, then pulumi up$/,
        );
    });

    it("is named also when it cannot be read", () => {
        expect(existsAlready(object, undefined)).toMatch(/^Subscription openshift-nfd\/nfd is on the cluster already, and this/);
    });
});
