import { existsAlready } from "../../components/explain";

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
