package io.tributary.origin.miner;

import io.tributary.content.Fid;
import io.tributary.content.FragmentHash;
import io.tributary.origin.upstream.Endpoint;

/**
 * A fragment of a file at one of the miners that should have it.
 *
 * @param endpoint the miner's HTTP service
 * @param fid the file, under whose name the miner keeps the fragment
 * @param fragment the fragment
 */
public record FragmentSource(Endpoint endpoint, Fid fid, FragmentHash fragment) {}
