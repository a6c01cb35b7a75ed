package io.tributary.bench;

import io.tributary.bench.ErasureReport.Figure;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/**
 * The speeds among figures, and ratios of them that do not flatter.
 *
 * @param figures the figures of one run
 */
record Speeds(List<Figure> figures) {
  boolean has(String work, String engine) {
    return figures.stream().anyMatch(of(work, engine));
  }

  /** Returns the highest speed among the kinds of memory. */
  double fastest(String work, String engine) {
    return speeds(of(work, engine)).max().orElseThrow();
  }

  /** Returns the lowest speed among the kinds of memory. */
  double slowest(String work, String engine) {
    return speeds(of(work, engine)).min().orElseThrow();
  }

  /** Returns the lowest ratio of two speeds in the same kind of memory. */
  double lowestRatio(String work, String otherWork, String engine) {
    return figures.stream()
        .filter(of(work, engine))
        .mapToDouble(
            figure -> {
              Predicate<Figure> alike = other -> other.memory() == figure.memory();
              double other = speeds(of(otherWork, engine).and(alike)).max().orElseThrow();
              return figure.megabytesPerSecond() / other;
            })
        .min()
        .orElseThrow();
  }

  private DoubleStream speeds(Predicate<Figure> which) {
    return figures.stream().filter(which).mapToDouble(Figure::megabytesPerSecond);
  }

  private static Predicate<Figure> of(String work, String engine) {
    return figure -> figure.work().equals(work) && figure.engine().equals(engine);
  }
}
