package org.homelab.autoscaler.bench.micro;

import clusterautoscaler.cloudprovider.v1.externalgrpc.NodeGroupForNodeRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.homelab.autoscaler.testing.Racks;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the shipped routes add to an answer: from the server's consumer to the bean and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteBenchmark {
  private static final int MACHINES = 1000;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final NodeGroupForNodeRequest request =
      NodeGroupForNodeRequest.newBuilder().setNode(Racks.external(0)).build();
  private Processor server;

  /** Loads the routes as they are shipped. */
  @Setup
  public void load() throws Exception {
    var settings = new Properties();
    settings.setProperty("homelab.grpc.enabled", "true");
    context.getPropertiesComponent().setOverrideProperties(settings);
    context.getRegistry().bind("cloudProvider", new Racks(MACHINES).provider(Clock.systemUTC()));
    String routes = "file:" + Path.of("routes").toAbsolutePath();
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            ResourceHelper.resolveResource(context, routes + "/failures.camel.yaml"),
            ResourceHelper.resolveResource(context, routes + "/cloud-provider.camel.yaml"));
    AdviceWith.adviceWith(context, "cloud-provider", route -> route.replaceFromWith("direct:in"));
    context.start();
    server = context.getRoute("cloud-provider").getProcessor();
  }

  @TearDown
  public void stop() {
    context.stop();
  }

  @Benchmark
  public Object nodeGroupForNode() throws Exception {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(request);
    exchange.getMessage().setHeader("CamelGrpcMethodName", "nodeGroupForNode");
    server.process(exchange);
    if (exchange.getException() != null) {
      throw exchange.getException();
    }
    return exchange.getMessage().getBody();
  }
}
