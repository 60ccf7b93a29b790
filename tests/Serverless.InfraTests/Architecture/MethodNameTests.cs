using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime;
using Serverless.Local.ServiceBus;

namespace Serverless.InfraTests.Architecture;

/// <summary>
/// A method that does something begins with a verb: <c>MarkSucceededAsync</c>, not <c>SucceededAsync</c>. Those that only compute a value
/// are <see cref="ValueNameTests"/>' business.
/// </summary>
public sealed partial class MethodNameTests
{
    /// <summary>The verbs that are used. A new one is added here after a look for one that says the same.</summary>
    internal static readonly HashSet<string> Verbs = [.. """
        Abandon Accept Act Activate Add Advance Answer Append Apply Arm Ask Authenticate Beat Begin Bind Bound Break
        Bury Calculate Call Cancel Change Charge Check Claim Clean Clear Close Coarsen Collect Commit Compact Compare
        Complete Compose Configure Confirm Connect Consume Continue Copy Count Create Decide Deconstruct Defer Delete Deliver
        Describe Discard Dispatch Dispose Do Download Drain Draw Drop Email Enable End Enqueue Ensure Enter Evaluate
        Execute Expect Expire Fail Fetch Fill Find Finish Fire Flush Fold Follow Forget Format Forward Free Get Give Grow
        Guard Handle Hash Hold Include Index Infer Inflate Insert Inspect Install Invoke Join Judge Keep Learn Leave
        Lift List Listen Load Lock Log Look Loop Lose Lower Make Map Mark Measure Meet Mend Merge Migrate Miss Move
        Note Notify Open Orchestrate Override Pass Pause Peek Pick Plan Poll Pop Post Postpone Prepare Preview Probe Process
        Profile Pump Purge Push Put Qualify Query Queue Raise Read Reason Receive Reconcile Record Recover Redirect
        Refresh Refuse Register Release Remove Render Renew Repeat Replace Replay Report Request Requeue Require
        Rerun Reserve Reset Resolve Restart Resume Retry Return Revoke Rewrite Rollback Run Sanitize Save Say Scan
        Schedule Seek Send Separate Set Settle Show Sign Skip Spread Stage Start Stop Store Submit Subscribe Succeed Sum
        Suspend Sweep Tag Take Tell Terminate Throw Track Truncate Undo Unlock Unpack Update Upload Use Validate Verify
        Visit Wait Wake Walk Watch Widen Work Write
        """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)];

    // Questions (Is, Has), conversions (To, Of), attempts (Try), what answers an event (On), and the broker's word for moving a message.
    internal static readonly HashSet<string> Others = ["Is", "Has", "To", "Of", "Try", "On", "Dead"];

    internal static readonly Assembly[] Ours =
        [typeof(ServerlessServices).Assembly, typeof(LocalFunctionsHost).Assembly, typeof(LocalServiceBus).Assembly];

    [Fact]
    public void Methods_ThatDoSomething_BeginWithAVerb()
    {
        var others = Ours.SelectMany(a => a.GetTypes())
            .Where(t => t.Namespace?.StartsWith("Serverless", StringComparison.Ordinal) == true)
            .SelectMany(t => t.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => DoesSomething(m) && FirstWord().Match(m.Name).Value is var word && !Verbs.Contains(word) && !Others.Contains(word))
            .Select(m => $"{m.DeclaringType}.{m.Name}").ToList();

        Assert.True(others.Count == 0, string.Join('\n', others));
    }

    private static bool DoesSomething(MethodInfo method) =>
        IsNamedHere(method) && (method.ReturnType == typeof(void) || IsAsync(method.ReturnType));

    // Log messages are told in the past tense, functions have the names of their queues, and what is overridden is named by another.
    internal static bool IsNamedHere(MethodInfo method) =>
        !method.IsSpecialName && !method.IsDefined(typeof(LoggerMessageAttribute)) && !method.IsDefined(typeof(FunctionAttribute))
        && Ours.Contains(method.GetBaseDefinition().DeclaringType!.Assembly)
        && !method.Name.Contains('<', StringComparison.Ordinal) && !method.Name.Contains('.', StringComparison.Ordinal);

    internal static bool IsAsync(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(Task<>) || open == typeof(ValueTask<>) || open == typeof(IAsyncEnumerable<>)));

    [GeneratedRegex("^[A-Z][a-z]*")]
    internal static partial Regex FirstWord();
}
