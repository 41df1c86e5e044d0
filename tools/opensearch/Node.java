import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One node of OpenSearch on 127.0.0.1 until standard input ends, which it does with the process that started it. */
class Node {
    /** Arguments: name, folder, port for HTTP, port for other nodes, that port of the first node. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[2]);
        boolean isFirst = arguments[3].equals(arguments[4]);
        var runner = new OpenSearchRunner();
        try {
            // It looks for a free port up to this one, and by default up to 9299.
            runner.setMaxHttpPort(65535);
            runner.onBuild((number, settings) -> {
                settings.put("node.name", arguments[0]);
                settings.put("network.host", "127.0.0.1");
                settings.put("http.port", arguments[2]);
                settings.put("transport.port", arguments[3]);
                settings.put("discovery.seed_hosts", "127.0.0.1:" + arguments[4]);
                if (isFirst) {
                    settings.put("cluster.initial_cluster_manager_nodes", arguments[0]);
                } else {
                    settings.putList("node.roles", "data");
                }
                // A full disk is no reason to refuse the little that a test writes.
                settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
            }).build(OpenSearchRunner.newConfigs().basePath(arguments[1]).numOfNode(1).baseHttpPort(port));
            while (System.in.read() >= 0) {
                // Nothing is said to it; the end is what counts.
            }
        } finally {
            System.exit(0);
        }
    }
}
