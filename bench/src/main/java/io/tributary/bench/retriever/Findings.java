package io.tributary.bench.retriever;

import io.tributary.bench.Goal;
import io.tributary.bench.retriever.RetrieverReport.Figure;
import io.tributary.bench.retriever.RetrieverReport.Stage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What has been found so far. */
final class Findings {
  /** The most warm-ups of one figure. */
  private static final int MAX_WARM_UPS = 40;

  /** So many that were no better than the best are enough. */
  private static final int STEADY = 3;

  private static final double BETTER = 1.03;

  final List<Figure> figures = new ArrayList<>();
  final List<Stage> stages = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  final List<Goal> goals = new ArrayList<>();

  /** Something that is measured, more being better. */
  interface Measurement {
    double take() throws IOException;
  }

  /** Measures until it gets no better: a JVM on one core takes a while to be as quick as it can. */
  static void warmUp(Measurement measurement) throws IOException {
    double best = 0;
    int steady = 0;
    for (int i = 0; i < MAX_WARM_UPS && steady < STEADY; i++) {
      double value = measurement.take();
      steady = value > best * BETTER ? 0 : steady + 1;
      best = Math.max(best, value);
    }
  }

  void add(String name, double value, String unit) {
    figures.add(new Figure(name, value, value, value, unit));
  }
}
