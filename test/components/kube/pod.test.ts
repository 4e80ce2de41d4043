import * as path from "node:path";

import { isInPod } from "../../../components/kube/kubeconfig";
import { Kubeconfigs } from "./kubeconfigs";

const files = new Kubeconfigs();
afterAll(() => files.remove());

it("logs in as the service account of a pod only where there is the address of a cluster, and a token", () => {
    const token = path.join(files.folder, "token");
    const pod = { KUBERNETES_SERVICE_HOST: "172.30.0.1", KUBERNETES_SERVICE_PORT: "443" };
    expect(isInPod(pod, token)).toBe(false);
    files.write("token", "s3cret-token");
    expect(isInPod(pod, token)).toBe(true);
    expect(isInPod({}, token)).toBe(false);
    expect(isInPod({ ...pod, KUBERNETES_SERVICE_PORT: "" }, token)).toBe(false);
});
