using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>Tests of hundreds of jobs, on storage of their own: it gets slower with what lies in it, and they run beside others.</summary>
[CollectionDefinition(Name)]
public sealed class LawTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Laws";
}
