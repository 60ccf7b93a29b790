using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Serverless.Local.Runtime;

namespace Serverless.UnitTests.Hosting;

public sealed class OfficialTypesTests
{
    // Of the one package that not every feed has: see local/Runtime/ServiceBusExtension.
    private static readonly Type[] StandIns =
        [typeof(ServiceBusMessageActions), typeof(ServiceBusSessionMessageActions), typeof(ServiceBusTriggerAttribute)];

    [Fact]
    public void MicrosoftsNamespaces_HoldOnlyTheStandIns()
    {
        var declared = new[] { typeof(LocalFunctionsHost).Assembly, typeof(ServerlessServices).Assembly }.SelectMany(a => a.GetTypes())
            .Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && IsMicrosofts(t.Namespace));

        Assert.Equal(StandIns, declared.OrderBy(t => t.Name, StringComparer.Ordinal));
    }

    private static bool IsMicrosofts(string? name) =>
        name?.Split('.')[0] is "Microsoft" or "Azure" or "DurableTask";
}
