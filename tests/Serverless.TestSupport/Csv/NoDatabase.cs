using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.CsvJobs.Load;

namespace Serverless.TestSupport.Csv;

/// <summary>A loader for jobs that load no records.</summary>
internal static class NoDatabase
{
    public static readonly LoadConnections Connections = new(new ConfigurationBuilder().Build());

    public static LoadPreparer Preparer => new(Connections);

    public static RangeLoader Loader => new(Connections);

    public static LoadCommitter Committer => new(Connections, NullLogger<LoadCommitter>.Instance);
}
