using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks.Strategies;

public sealed class BusinessRuleTests(AzuriteFixture azurite) : StrategyTest(azurite)
{
    [Fact]
    public async Task BusinessRule_RecoveryWithDelayAndArguments_IsFollowed()
    {
        Script.Run = (args, _) => args.Text == "later"
            ? Task.FromResult<object?>("done") : throw new BusinessRuleException("the account is frozen");
        Script.Recover = args => Task.FromResult(new Recovery<ScriptArgs>(Retry: true, Seconds(90), args with { Text = "later" }));
        var id = await Host.SendAsync(new ScriptArgs("now"), task: "test.rescue");

        Assert.Equal([Seconds(90)], await DelaysAsync(id, 1));

        await Host.WaitAsync(id, TaskState.Success);
        Assert.Equal(["now", "later"], Script.Runs.Where(r => r.Id == id).Select(r => r.Args.Text));
    }

    [Fact]
    public async Task BusinessRule_RecoveryWithoutArguments_KeepsThemAndSpendsRetries()
    {
        Fail(() => new BusinessRuleException("the account is frozen"));
        Script.Recover = _ => Task.FromResult(new Recovery<ScriptArgs>(Retry: true, Seconds(5)));
        var id = await Host.SendAsync(new ScriptArgs("same"), new SendOptions { MaxRetries = 2 }, "test.rescue");

        Assert.Equal([Seconds(5), Seconds(5)], await DelaysAsync(id, 2));

        await GivenUpAsync(id, "BusinessRule", typeof(BusinessRuleException), attempt: 2);
        Assert.Equal(["same", "same", "same"], Script.Runs.Where(r => r.Id == id).Select(r => r.Args.Text));
    }

    [Theory]
    [InlineData("test.rescue")]
    [InlineData("test.script")]
    public async Task BusinessRule_NoRecovery_IsDeadLetteredForReview(string task)
    {
        Fail(() => new BusinessRuleException("the account is closed"));
        var id = await Host.SendAsync(task: task);

        var letter = await GivenUpAsync(id, "BusinessRule", typeof(BusinessRuleException), attempt: 0);

        Assert.Equal("the account is closed", letter.DeadLetterErrorDescription);
    }
}
