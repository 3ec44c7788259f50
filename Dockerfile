# The container image with a cache of prepared classes, so that it starts in about half the time. The cache is made by
# the image's own JVM, for each architecture by itself:
#   docker buildx build --platform linux/amd64,linux/arm64 -t REGISTRY/homelab-autoscaler:TAG --push .
# Without a Docker engine: mvn package -Pimage jib:build (docs/installation.md).
ARG JAVA=25

FROM docker.io/library/maven:3-eclipse-temurin-${JAVA} AS build
WORKDIR /src
COPY . .
RUN mvn -q package -DskipTests -P '!aot-cache' && rm -r target/homelab-autoscaler/lib-simulate

FROM docker.io/library/eclipse-temurin:${JAVA}-jre AS train
COPY --from=build /src/target/homelab-autoscaler /opt/homelab-autoscaler
RUN sh /opt/homelab-autoscaler/homelab-autoscaler --train

FROM docker.io/library/eclipse-temurin:${JAVA}-jre
COPY --from=train /opt/homelab-autoscaler /opt/homelab-autoscaler
ENV HOMELAB_MODE=cluster
USER 65532:65532
WORKDIR /tmp
EXPOSE 50051 9876 8080
ENTRYPOINT ["sh", "/opt/homelab-autoscaler/homelab-autoscaler"]
