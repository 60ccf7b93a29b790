using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks.Strategies;

public sealed class OtherTests(AzuriteFixture azurite) : StrategyTest(azurite)
{
    [Fact]
    public async Task Other_NoOptions_ThreeRetriesDoublingFromAMinute()
    {
        Fail(() => new InvalidOperationException("strange"));
        var id = await Host.SendAsync();

        var delays = await DelaysAsync(id, 3);

        await GivenUpAsync(id, "Other", typeof(InvalidOperationException), attempt: 3);
        Assert.Equal([Seconds(60), Seconds(120), Seconds(240)], delays);
    }

    [Fact]
    public async Task Other_TaskWithItsOwnDelay_DoublesThat()
    {
        Fail(() => new InvalidOperationException("strange"), 2);
        var id = await Host.SendAsync(new ScriptArgs(Tenant: "t1"), task: "tenant_test.script");

        Assert.Equal([Seconds(7), Seconds(14)], await DelaysAsync(id, 2));

        await Host.WaitAsync(id, TaskState.Success);
    }
}
