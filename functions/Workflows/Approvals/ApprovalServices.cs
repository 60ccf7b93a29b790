using Microsoft.Extensions.DependencyInjection;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Approvals;

/// <summary>Registers what approvals need.</summary>
internal static class ApprovalServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddApprovals(this IServiceCollection services) => services
        .AddSingleton<ApprovalIndex>()
        .AddSingleton<ApprovalKey>()
        .AddSingleton<ApprovalLink>()
        .AddSingleton<ApprovalStore>();
}
