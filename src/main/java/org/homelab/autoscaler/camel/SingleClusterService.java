package org.homelab.autoscaler.camel;

import java.util.List;
import java.util.Optional;
import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.support.cluster.AbstractCamelClusterService;
import org.apache.camel.support.cluster.AbstractCamelClusterView;

/** For a process that is alone: it leads from the start to the end. */
public final class SingleClusterService
    extends AbstractCamelClusterService<SingleClusterService.View> {

  @Override
  protected View createView(String namespace) {
    return new View(namespace);
  }

  /** One namespace of {@code master:}, with one member. */
  public final class View extends AbstractCamelClusterView {
    private final CamelClusterMember self = new Self();

    private View(String namespace) {
      super(SingleClusterService.this, namespace);
    }

    @Override
    public Optional<CamelClusterMember> getLeader() {
      return Optional.of(self);
    }

    @Override
    public CamelClusterMember getLocalMember() {
      return self;
    }

    @Override
    public List<CamelClusterMember> getMembers() {
      return List.of(self);
    }

    @Override
    protected void doStart() {
      fireLeadershipChangedEvent(self);
    }
  }

  private static final class Self implements CamelClusterMember {
    @Override
    public String getId() {
      return "single";
    }

    @Override
    public boolean isLeader() {
      return true;
    }

    @Override
    public boolean isLocal() {
      return true;
    }
  }
}
