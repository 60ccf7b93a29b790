using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.CsvJobs.Load;

namespace Serverless.TestSupport.Csv;

/// <summary>What loads records, for jobs that load none.</summary>
internal static class NoDatabase
{
    private static readonly LoadConnections _connections = new(new ConfigurationBuilder().Build());

    public static LoadPreparer Preparer => new(_connections);

    public static RangeLoader Loader => new(_connections);

    public static LoadCommitter Committer => new(_connections, NullLogger<LoadCommitter>.Instance);
}
