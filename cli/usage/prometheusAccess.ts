/** The address of the Prometheus of a stack's cluster, and the login for it. */
import type { Kube } from "../../components/kube";
import type { Settings } from "../../stacks/schema";
import type { Context, Invocation } from "../command";
import { RefusalError, UsageError } from "../exit";
import { tellWaits } from "../http/tellWaits";
import { readAuthorities } from "../http/trust";
import { authoritiesOf, clusterOf, domainOf, LOOPBACK, TOKEN_VARIABLE } from "../maasApi/address";
import type { PrometheusAt } from "./prometheus";

/**
 * Thanos Querier of the cluster, which has the series of workloads, unless `--prometheus` says otherwise. On this machine, no login is
 * shown.
 *
 * @throws UsageError, RefusalError without a token, KubeError
 */
export async function prometheusAccess(invocation: Invocation, context: Context, settings: Settings): Promise<PrometheusAt> {
    const given = invocation.text("prometheus");
    if (given !== undefined && (!URL.canParse(given) || !/^https?:/.test(given))) {
        throw new UsageError(`--prometheus is ${JSON.stringify(given)}; expected an address such as http://127.0.0.1:9090.`);
    }
    const common = { signal: context.signal, onWait: tellWaits(context.err) };
    const url = given?.replace(/\/+$/, "");
    if (url !== undefined && new URL(url).protocol === "http:") {
        if (!LOOPBACK.test(new URL(url).hostname)) {
            throw new UsageError(`--prometheus is ${url}: the credential would be sent unencrypted; expected https.`);
        }
        return { ...common, url, firstWait: 0.2 };
    }
    let client: Promise<Kube> | undefined;
    const kube = (): Promise<Kube> => (client ??= clusterOf(settings));
    const token = (process.env[TOKEN_VARIABLE] ?? "").trim() || (await kube()).bearerToken();
    if (token === undefined) {
        throw new RefusalError(
            `The kubeconfig has no token to show to Prometheus: log in with oc login, or set ${TOKEN_VARIABLE}.`,
        );
    }
    const file = invocation.text("ca");
    const ca =
        file !== undefined
            ? readAuthorities(context.cwd, file)
            : client === undefined
              ? undefined
              : await authoritiesOf(await client, settings);
    const domain = url !== undefined ? "" : (settings.cluster.domain ?? (await domainOf(await kube(), "--prometheus")));
    return { ...common, url: url ?? `https://thanos-querier-openshift-monitoring.${domain}`, token, ca };
}
