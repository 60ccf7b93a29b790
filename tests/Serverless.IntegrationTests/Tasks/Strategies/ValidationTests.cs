using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks.Strategies;

public sealed class ValidationTests(AzuriteFixture azurite) : StrategyTest(azurite)
{
    [Fact]
    public async Task Validation_NoSanitizer_IsDeadLetteredAtOnce()
    {
        Fail(() => new TaskValidationException("text is missing"));
        var id = await Host.SendAsync();

        var letter = await GivenUpAsync(id, "Validation", typeof(TaskValidationException), attempt: 0);

        Assert.Equal("text is missing", letter.DeadLetterErrorDescription);
        Assert.Single(Script.Runs, r => r.Id == id);
    }

    [Fact]
    public async Task Validation_SanitizedArguments_RunOnceMoreAtOnce()
    {
        Script.Run = (args, _) => args.Text == "clean" ? Task.FromResult<object?>("done") : throw new TaskValidationException("dirty");
        Script.Sanitize = args => Task.FromResult<ScriptArgs?>(args with { Text = "clean" });
        var id = await Host.SendAsync(new ScriptArgs(" dirty "), task: "test.rescue");

        var record = await Host.WaitAsync(id, TaskState.Success);

        Assert.Equal(1, record.Attempt);
        Assert.Equal([" dirty ", "clean"], Script.Runs.Where(r => r.Id == id).Select(r => r.Args.Text));
        await Host.IdleAsync();
    }

    [Fact]
    public async Task Validation_SanitizedArgumentsFailToo_AreNotSanitizedAgain()
    {
        var sanitized = 0;
        Fail(() => new TaskValidationException("still dirty"));
        Script.Sanitize = args => Task.FromResult<ScriptArgs?>(args with { Text = $"try {++sanitized}" });
        var id = await Host.SendAsync(new ScriptArgs("dirty"), task: "test.rescue");

        await GivenUpAsync(id, "Validation", typeof(TaskValidationException), attempt: 1);

        Assert.Equal(1, sanitized);
        Assert.Equal(["dirty", "try 1"], Script.Runs.Where(r => r.Id == id).Select(r => r.Args.Text));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Validation_SanitizerChangesNothing_IsDeadLettered(bool same)
    {
        Fail(() => new TaskValidationException("dirty"));
        Script.Sanitize = args => Task.FromResult(same ? args with { } : null);
        var id = await Host.SendAsync(new ScriptArgs("dirty"), task: "test.rescue");

        await GivenUpAsync(id, "Validation", typeof(TaskValidationException), attempt: 0);

        Assert.Single(Script.Runs, r => r.Id == id);
    }
}
