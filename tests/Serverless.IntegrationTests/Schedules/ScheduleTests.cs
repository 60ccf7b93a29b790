using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Schedules;

/// <summary>The tests that share one Azurite, and its table of schedules one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ScheduleTests : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Schedules";
}
